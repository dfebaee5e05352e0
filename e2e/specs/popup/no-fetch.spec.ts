import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import type { CustomerSetup } from '../../servers/customer-site.ts'
import type { FrontProxy } from '../../servers/front-proxy.ts'
import { closeAsUser, expectAllSet } from '../../wizard-window.ts'
import {
  chooseStreams,
  createCrmSource,
  demoCrm,
  expectStreams,
  goToProvider,
  submitForm,
} from './crm-trip.ts'
import { documentsMet, expectError, expectResult, progressOf, timeOf } from './promises.ts'
import { makeSevering } from './severing-provider.ts'

/** The page's own fetches do not reach the host: what the wizard tells over the link is all that it has. */
const relayDown = 4_000
test.use({ timings: { relayDown } })

const flows = /^\/flows\//

interface Obstacle {
  readonly obstacle: string
  readonly setup?: CustomerSetup
  readonly raise: (proxy: FrontProxy) => void
}

const obstacles: readonly Obstacle[] = [
  {
    obstacle: 'a header is added, and something on the way refuses preflights',
    setup: { everyRequest: 'has a header' },
    raise: (proxy) =>
      proxy.rule(
        { host: hosts.wizard, method: 'OPTIONS', path: flows },
        { answer: (_, response) => response.writeHead(403).end() },
      ),
  },
  {
    obstacle: 'credentials are forced',
    setup: { everyRequest: 'has credentials' },
    raise() {},
  },
  {
    obstacle: 'its policy has no connect-src for the host',
    raise: (proxy) =>
      proxy.rule({ host: hosts.opener }, { headers: { 'Content-Security-Policy': "connect-src 'self'" } }),
  },
  {
    obstacle: 'a blocker cuts its requests',
    raise: (proxy) => proxy.rule({ host: hosts.wizard, path: flows }, { cut: true }),
  },
]

for (const { obstacle, setup, raise } of obstacles) {
  test(`where ${obstacle}, the result and each step on the way arrive all the same`, async ({
    cleanStack,
    customer,
  }) => {
    raise(cleanStack.proxy)
    await customer.load(setup)
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    await submitForm(wizard)
    await goToProvider(wizard)
    await answerProvider(wizard)
    await chooseStreams(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ type: demoCrm, selected_streams: ['deals'] })
    const steps = ['step', 'step', 'step', 'step']
    // Each is a report of its own, and so they come as they come.
    const all = ['opened', 'claimed', 'away', 'back', ...steps]
    await expect.poll(() => progressOf(customer).toSorted()).toEqual(all.toSorted())
  })

  test(`where ${obstacle} and the provider cuts the window off, no close is claimed, and the page gives up in the end`, async ({
    account,
    cleanStack,
    customer,
  }) => {
    raise(cleanStack.proxy)
    makeSevering(cleanStack.proxy)
    await customer.load(setup)
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await goToProvider(wizard)
    const leftAt = Date.now()
    await answerProvider(wizard)
    await expectStreams(wizard)
    await expectError(call, { name: 'RelayUnreachableError', sourceId: id, canResume: true })
    expect(timeOf(customer, 'rejected') - leftAt).toBeGreaterThan(relayDown / 2)
    await chooseStreams(wizard)
    await expectAllSet(wizard)
    expect((await account.getSource(id)).report_card.current_step_type).toBe('fully_configured')
  })
}

test('a window that is closed at the form is known to be, without any fetch', async ({
  cleanStack,
  customer,
}) => {
  cleanStack.proxy.rule({ host: hosts.wizard, path: flows }, { cut: true })
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await expect.poll(() => progressOf(customer)).toContain('step')
  await closeAsUser(wizard)
  await expectError(call, {
    name: 'AppClosedPrematurelyError',
    reason: 'closed',
    certainty: 'confirmed',
    step: 'form',
  })
})

test('where the host is out of reach from the trip on, the result arrives by the link', async ({
  account,
  cleanStack,
  customer,
}) => {
  const id = await createCrmSource(account)
  const { wizard, call } = await customer.open('authorizeSource', { id })
  await goToProvider(wizard)
  cleanStack.proxy.rule({ host: hosts.wizard, path: flows }, { cut: true })
  await answerProvider(wizard)
  await expect.poll(() => documentsMet(customer)).toBe(2)
  await chooseStreams(wizard)
  expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
})

test('where the trip itself is the last step, its outcome is handed over by the document that comes back', async ({
  account,
  cleanStack,
  customer,
}) => {
  const id = await createCrmSource(account)
  const { wizard, call } = await customer.open('onlyAuthorizeSource', { id })
  await goToProvider(wizard)
  cleanStack.proxy.rule({ host: hosts.wizard, path: flows }, { cut: true })
  await answerProvider(wizard)
  expect(await expectResult(customer, call)).toMatchObject({ id })
})

test('a page that puts its own bearer on every request gets its result', async ({ customer }) => {
  await customer.load({ everyRequest: 'has a bearer' })
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await submitForm(wizard)
  await goToProvider(wizard)
  await answerProvider(wizard)
  await chooseStreams(wizard)
  expect(await expectResult(customer, call)).toMatchObject({ type: demoCrm, selected_streams: ['deals'] })
  expect(progressOf(customer)).toContain('back')
})

test('a page that adds a header to every request follows the relay', async ({ cleanStack, customer }) => {
  await customer.load({ everyRequest: 'has a header' })
  const { call } = await customer.open('addSource', { type: demoCrm })
  const relayed = () =>
    cleanStack.proxy.requests.filter(
      ({ method, url }) => method !== 'OPTIONS' && /^\/flows\/.*\/relay/.test(url),
    )
  await expect.poll(() => relayed().length).toBeGreaterThan(0)
  await customer.click('close')
  await expectError(call, { name: 'AppClosedPrematurelyError', reason: 'closed', certainty: 'confirmed' })
})
