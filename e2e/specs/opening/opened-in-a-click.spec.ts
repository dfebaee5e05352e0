import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../../wizard-window.ts'
import { createCrmSource, demoCrm, expectProvider, goToProvider } from '../popup/crm-trip.ts'
import { expectError, expectResult, progressOf } from '../popup/promises.ts'

const type = 'platform.hp-postgres'

test(
  'a click opens the real wizard at once, and its form can be filled in before the token is there',
  {
    tag: '@popup-31',
  },
  async ({ cleanStack, customer, database }) => {
    const token = cleanStack.proxy.rule({ host: hosts.opener, path: '/token' }, { hold: true })
    const { wizard, call } = await customer.open('addSource', { type })
    await fillPostgresForm(wizard, { ...database, name: 'Shop' })
    expect(progressOf(customer)).toEqual(['opened'])

    token.lift()
    await passCheck(wizard)
    await selectStreams(wizard, ['orders'])
    await expectAllSet(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ type, display_name: 'Shop' })

    // The window of the test before may still say goodbye.
    const [first] = cleanStack.proxy.requests.filter(
      ({ method, url }) => method === 'GET' && url.startsWith('/connect/'),
    )
    expect(first?.url).toMatch(new RegExp(`^/connect/[\\w-]{22}\\?function=addSource&type=${type}$`))
    expect(first?.headers).toMatchObject({ 'sec-fetch-mode': 'navigate', 'sec-fetch-user': '?1' })
  },
)

test('a call a moment after the click opens as well', { tag: '@popup-32' }, async ({ account, customer }) => {
  await customer.load({ delay: 100 })
  const id = await createCrmSource(account)
  const { wizard, call } = await customer.open('authorizeSource', { id })
  await goToProvider(wizard)
  expect(call.isPending()).toBe(true)
})

test(
  'a call long after the click is told that the window was blocked',
  {
    tag: '@popup-32',
  },
  async ({ account, customer }) => {
    // Longer than browsers remember a click.
    await customer.load({ delay: 6_000 })
    const id = await createCrmSource(account)
    const call = await customer.click('authorizeSource', { id })
    const error = await expectError(call, { name: 'AppWindowBlockedError', retryable: true, canRetry: true })
    expect(error.docsUrl).toContain('AppWindowBlocked')
  },
)

test(
  'a call without a click is told at once that the window was blocked, and nothing was begun',
  {
    tag: '@popup-33',
  },
  async ({ cleanStack, customer }) => {
    await customer.load({ unclicked: 'addSource', options: { type: demoCrm } })
    await expectError(customer.call(1), { name: 'AppWindowBlockedError', isInSameTask: true, canRetry: true })
    const asked = cleanStack.proxy.requests.filter(({ url }) => /^\/(?:connect|flows|token)/.test(url))
    expect(asked).toEqual([])

    const { wizard, call } = await customer.open('retry the error')
    await wizard.getByRole('button', { name: 'Continue', exact: true }).click()
    await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
    await expectProvider(wizard)
    expect(call.isPending()).toBe(true)
  },
)
