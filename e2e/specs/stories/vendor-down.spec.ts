import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import type { Overheard } from '../../servers/front-proxy.ts'
import { clickDone, expectAllSet } from '../../wizard-window.ts'
import { chooseStreams, goToProvider, submitForm } from '../popup/crm-trip.ts'
import { openLiveCatalog } from './live-catalog-page.ts'
import { look } from './look.ts'

/** A connection is removed while its vendor is down. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

interface Told {
  readonly type: string
  readonly data: { readonly source_id?: number; readonly at_provider?: string; readonly because?: string }
}

test('it is gone here at once; the vendor hears of it when it is back, and then the app', async ({
  page,
  cleanStack,
  account,
}) => {
  const { provider, proxy, customerSite } = cleanStack
  const heard: Overheard[] = []
  proxy.listen((exchange) => {
    if (exchange.host === hosts.provider) heard.push(exchange)
  })
  const revocations = () =>
    proxy.requests.filter(({ host, url }) => host === hosts.provider && url === '/token/revocation')
  const told = async () => {
    const { data } = (await account.call('GET', '/v4/events')) as { data: Told[] }
    return data
  }

  customerSite.addAccount(String(account.id), account.accessToken)
  const catalog = await openLiveCatalog(page, cleanStack, [account])
  await catalog.getByRole('searchbox').fill('Demo CRM')
  const connect = catalog.getByRole('button', { name: 'Connect Demo CRM' })
  const [wizard] = await Promise.all([page.waitForEvent('popup'), connect.click()])
  await submitForm(wizard)
  await goToProvider(wizard)
  await answerProvider(wizard)
  await chooseStreams(wizard)
  await expectAllSet(wizard)
  await clickDone(wizard)
  const [source] = (await account.call('GET', '/v4/sources')) as { id: number }[]
  const id = source?.id ?? 0
  const granted = heard.findLast(({ url }) => url === '/token')
  const { refresh_token: refreshToken } = JSON.parse(granted?.answer ?? '{}') as { refresh_token?: string }
  expect(refreshToken).toEqual(expect.any(String))

  await provider.stop()
  try {
    await catalog.getByRole('button', { name: 'Demo CRM', exact: true }).click()
    await catalog.getByRole('button', { name: 'Remove Demo CRM' }).click()
    await catalog.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await expect(catalog.getByRole('button', { name: 'Remove Demo CRM' })).toBeHidden()
    await page.keyboard.press('Escape')
    await expect(connect).toBeVisible()
    await look(page, 'removed-while-down')

    // Nobody answers, and the next try is put off.
    await expect.poll(() => revocations().length).toBeGreaterThan(0)
    expect(await account.ask('GET', `/v4/sources/${id}/config`)).toMatchObject({ status: 404 })
    const before = await told()
    expect(before).toContainEqual(expect.objectContaining({ type: 'source.deleted' }))
    expect(before.map(({ type }) => type)).not.toContain('credentials.disconnected')
  } finally {
    await provider.start()
  }

  const ends = async () => (await told()).filter(({ type }) => type === 'credentials.disconnected')
  await expect
    .poll(ends, { timeout: 60_000 })
    .toMatchObject([{ data: { source_id: id, because: 'deleted', at_provider: 'revoked' } }])
  const taken = heard.filter(({ url }) => url === '/token/revocation')
  expect(taken.map(({ status }) => status)).toEqual([200])
  expect(new URLSearchParams(taken[0]?.sent).get('token')).toBe(refreshToken)
})
