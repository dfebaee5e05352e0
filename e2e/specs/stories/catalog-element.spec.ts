import { expect, test } from '../../fixtures.ts'
import { endFlow, openCatalogPage } from './catalog-page.ts'
import { look } from './look.ts'

test('a person sees what there is and how it stands, finds by other words, and asks for what is missing', async ({
  page,
  cleanStack,
}) => {
  const violations: string[] = []
  page.on('console', (message) => message.type() === 'error' && violations.push(message.text()))
  const catalog = await openCatalogPage(page, cleanStack)
  await page.evaluate(() => void window.mount())
  await expect(catalog.getByRole('listitem')).toHaveCount(6)
  await expect(catalog.getByText('6 to choose from').first()).toBeVisible()
  const card = (name: string) => catalog.getByRole('listitem').filter({ hasText: name })
  await expect(card('Northwind CRM')).toContainText('Connected')
  await expect(card('Helpdesk')).toContainText('1 of 2 need attention')
  await expect(card('PostgreSQL')).toContainText('The password was refused.')
  await expect(card('Shopfront')).toContainText('Not finished')
  await look(page, 'catalog')

  const search = catalog.getByRole('searchbox', { name: 'Search' })
  await search.fill('datenbank')
  await expect(catalog.getByRole('listitem')).toHaveCount(1)
  await expect(catalog.getByRole('button', { name: 'PostgreSQL', exact: true })).toBeVisible()
  await expect(catalog.getByRole('status')).toHaveText('One found')
  await search.press('Escape')
  await expect(search).toHaveValue('')
  await expect(catalog.getByRole('listitem')).toHaveCount(6)
  await catalog.getByRole('radio', { name: 'All' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(catalog.getByRole('radio', { name: 'Connected' })).toBeFocused()
  await expect(catalog.getByRole('listitem')).toHaveCount(5)

  await search.fill('<b>zebra')
  await expect(catalog.getByText('Nothing found for')).toBeVisible()
  await look(page, 'catalog-nothing')
  await catalog.getByRole('button', { name: 'Ask for it' }).click()
  await expect(catalog.getByText('Thank you.')).toBeFocused()
  expect(await page.evaluate(() => window.stand.events)).toEqual([
    expect.objectContaining({ type: 'bobbin-request', query: '<b>zebra' }),
  ])
  await catalog.getByRole('button', { name: 'Show all' }).click()
  await expect(search).toBeFocused()
  await expect(catalog.getByRole('listitem')).toHaveCount(6)
  expect(violations.filter((text) => !text.includes('404'))).toEqual([])
})

test('a person connects, repairs and removes, by the keyboard too', async ({ page, cleanStack }) => {
  const catalog = await openCatalogPage(page, cleanStack)
  await page.evaluate(() => void window.mount())
  const connect = catalog.getByRole('button', { name: 'Connect Ledgerly' })

  await test.step('connects in the click itself; a second click goes to the window', async () => {
    await connect.click()
    const busy = catalog.getByRole('button', { name: 'Go on in the window Ledgerly' })
    await busy.click()
    const calls = await page.evaluate(() =>
      window.stand.calls.filter(({ what }) => what.startsWith('connect')),
    )
    expect(calls).toEqual([
      { what: 'connect ledger', inClick: true },
      { what: 'connect ledger', inClick: true },
    ])
    await expect(busy).toBeFocused()
    await look(page, 'catalog-busy')
    await page.evaluate(() =>
      window.stand.change('ledger', () => ({ connections: [window.makeConnection('1', 'The books')] })),
    )
    await endFlow(page, 'connect ledger')
    await expect(catalog.getByRole('status')).toHaveText('Ledgerly is connected.')
    await expect(catalog.getByRole('button', { name: 'Manage Ledgerly' })).toBeFocused()
    expect(await page.evaluate(() => window.stand.events)).toEqual([
      expect.objectContaining({ type: 'bobbin-connected', slug: 'ledger' }),
    ])
  })

  await test.step('a window that was closed says so, and no more', async () => {
    await catalog.getByRole('button', { name: 'Edit settings PostgreSQL' }).click()
    await endFlow(page, 'reconnect 31', { code: 'AppClosedPrematurely' })
    await expect(catalog.getByText('The window was closed before the end.').first()).toBeVisible()
  })

  const dialog = catalog.getByRole('dialog', { name: 'Helpdesk' })
  await test.step('repairs one of several, and adds another', async () => {
    await catalog.getByRole('button', { name: 'Helpdesk', exact: true }).focus()
    await page.keyboard.press('Enter')
    await expect(dialog.getByText('Nothing is written there')).toBeVisible()
    await expect(dialog.getByRole('heading', { name: 'Helpdesk' })).toBeFocused()
    await look(page, 'catalog-details')
    await dialog.getByRole('button', { name: 'Reconnect דלפק' }).click()
    await expect(dialog.getByRole('button', { name: 'Go on in the window' })).toBeFocused()
    await endFlow(page, 'reconnect 22')
    await dialog.getByRole('button', { name: 'Connect another' }).click()
    await endFlow(page, 'connect desk', { code: 'AppWindowBlocked' })
    await expect(dialog.getByText('Your browser blocked the window')).toBeVisible()
    await look(page, 'catalog-fault')
  })

  await test.step('removes only when asked twice; the focus stays near', async () => {
    const remove = dialog.getByRole('button', { name: 'Remove Tier 1' })
    await remove.click()
    const question = catalog.getByRole('alertdialog', { name: 'Remove this connection?' })
    await expect(question.getByRole('button', { name: 'Keep it' })).toBeFocused()
    await look(page, 'catalog-remove')
    await page.keyboard.press('Escape')
    await expect(question).toBeHidden()
    await expect(remove).toBeFocused()
    await expect(dialog).toBeVisible()
    await remove.click()
    await question.getByRole('button', { name: 'Remove' }).click()
    await page.evaluate(() =>
      window.stand.change('desk', ({ connections }) => ({ connections: (connections as object[]).slice(1) })),
    )
    await endFlow(page, 'remove 21')
    await expect(remove).toBeHidden()
    await expect(dialog.getByRole('heading', { name: 'Helpdesk' })).toBeFocused()
    await expect(catalog.getByRole('status')).toHaveText('Tier 1 was removed.')
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(catalog.getByRole('button', { name: 'Helpdesk', exact: true })).toBeFocused()
  })
})

test('while it loads, where nothing is, where it fails and where nobody is signed in', async ({
  page,
  cleanStack,
}) => {
  const catalog = await openCatalogPage(page, cleanStack)
  await page.evaluate(() => {
    window.stand.fails = 'hang'
    window.mount()
  })
  await expect(catalog.locator('.skeleton').first()).toBeVisible()
  await look(page, 'catalog-loading')
  const again = (fails: object | null) =>
    page.evaluate((fails) => {
      window.stand.fails = fails
      document.querySelector('bobbin-catalog')?.remove()
      window.mount()
    }, fails)
  await again({ code: 'Unreachable' })
  await expect(catalog.getByRole('alert')).toHaveText('This could not be loaded.')
  await look(page, 'catalog-failed')
  await page.evaluate(() => (window.stand.fails = null))
  await catalog.getByRole('button', { name: 'Try again' }).click()
  await expect(catalog.getByRole('listitem')).toHaveCount(6)
  await expect(catalog.getByRole('searchbox')).toBeFocused()
  await again({ code: 'SessionEnded', status: 401 })
  await expect(catalog.getByRole('alert')).toHaveText('You are signed out.')
  await look(page, 'catalog-signed-out')
  await page.evaluate(() => (window.stand.list = []))
  await again(null)
  await expect(catalog.getByText('There is nothing to connect yet.')).toBeVisible()
  await look(page, 'catalog-empty')
})

test('mounted twice in a task, moved, changed, taken away while a window is open, and two on a page', async ({
  page,
  cleanStack,
}) => {
  const catalog = await openCatalogPage(page, cleanStack)
  const lists = () => page.evaluate(() => window.stand.calls.filter(({ what }) => what === 'list').length)
  await page.evaluate(() => {
    const element = window.mount()
    element.remove()
    document.getElementById('place')?.append(element)
  })
  await expect(catalog.getByRole('listitem')).toHaveCount(6)
  expect(await lists()).toBe(1)

  await test.step('moved in the document, it keeps what it shows', async () => {
    await catalog.getByRole('searchbox').fill('crm')
    await page.evaluate(() => {
      const element = document.querySelector('bobbin-catalog')
      document.getElementById('other')?.append(element!)
    })
    const moved = page.locator('#other bobbin-catalog')
    await expect(moved.getByRole('listitem')).toHaveCount(1)
    await expect(moved.getByRole('searchbox')).toHaveValue('crm')
    expect(await lists()).toBe(1)
  })

  await test.step('two on a page know nothing of each other', async () => {
    await page.evaluate(() => void window.mount('place', window.createStand()))
    await expect(catalog.getByRole('listitem')).toHaveCount(6)
    await catalog.getByRole('searchbox').fill('zebra')
    await expect(page.locator('#other bobbin-catalog').getByRole('listitem')).toHaveCount(1)
  })

  await test.step('an attribute that is set later is a new session', async () => {
    await page.evaluate(() =>
      document.querySelector('#other bobbin-catalog')?.setAttribute('token', 'bob_cus_x'),
    )
    await expect.poll(lists).toBe(2)
    expect(await page.evaluate(() => window.stand.calls.map(({ what }) => what))).toContain('login bob_cus_x')
  })

  await test.step('taken away while a window is open, it hears of nothing more, and the page of its end', async () => {
    const moved = page.locator('#other bobbin-catalog')
    await moved.getByRole('searchbox').fill('')
    await moved.getByRole('button', { name: 'Connect Ledgerly' }).click()
    await page.evaluate(() => document.querySelector('#other bobbin-catalog')?.remove())
    expect(await page.evaluate(() => window.stand.heard?.size)).toBe(0)
    await endFlow(page, 'connect ledger', { code: 'AppClosedPrematurely' })
    await expect.poll(() => page.evaluate(() => window.stand.flows.length)).toBe(0)
    expect(await page.evaluate(() => window.stand.events)).toEqual([])
  })

  await test.step('defined a second time, nothing happens', async () => {
    const url = `${cleanStack.origins.wizard}/client/catalog-element.js?again`
    await page.evaluate((url) => import(url), url)
    expect(await page.evaluate(() => window.stand.events)).toEqual([])
  })
})

test('thousands are found and walked through, and told in full to those who do not see them', async ({
  page,
  cleanStack,
}) => {
  const catalog = await openCatalogPage(page, cleanStack)
  await page.evaluate(() => {
    const [one] = window.stand.list
    window.stand.list = Array.from({ length: 2_000 }, (_, index) => ({
      ...one,
      slug: `one-${index}`,
      name: `Connector ${index}`,
    }))
    window.mount()
  })
  await expect(catalog.getByText('2,000 to choose from').first()).toBeVisible()
  await expect(catalog.locator('li').first()).toHaveAttribute('aria-setsize', '2000')
  const more = catalog.getByRole('button', { name: 'Show 24 more' })
  await more.scrollIntoViewIfNeeded()
  await more.scrollIntoViewIfNeeded()
  await expect.poll(() => catalog.locator('li').count()).toBeGreaterThan(24)
  const before = await catalog.locator('li').count()
  await more.press('Enter')
  await expect.poll(() => catalog.locator('li').count()).toBeGreaterThan(before)

  // What a key leaves as it stands is not taken out: it would be laid out anew.
  const list = catalog.getByRole('list')
  await list.evaluate((list) => {
    const first = [...list.children].slice(0, 12)
    const watch = new MutationObserver((records) => {
      const out = records
        .flatMap(({ removedNodes }) => [...removedNodes])
        .filter((one) => first.includes(one as Element))
      list.dataset['out'] = String(Number(list.dataset['out'] ?? 0) + out.length)
    })
    watch.observe(list, { childList: true })
  })
  const search = catalog.getByRole('searchbox')
  await search.fill('connector')
  await expect(list).toHaveAttribute('data-out', '0')
  await search.fill('11')
  await expect(catalog.locator('li').first()).toHaveAttribute('aria-setsize', '128')
  expect(
    await catalog
      .locator('li')
      .evaluateAll((all) => all.slice(0, 12).map((one) => one.getAttribute('aria-posinset'))),
  ).toEqual(Array.from({ length: 12 }, (_, index) => String(index + 1)))
  await expect(catalog.locator('li').first()).toContainText('Connector 11')
  await search.fill('1999')
  await expect(catalog.getByRole('listitem')).toHaveCount(1)
  await expect(more).toBeHidden()
})
