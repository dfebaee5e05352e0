import { expect } from '@playwright/test'
import type { Account } from '../../connect-api.ts'
import type { Call, CustomerPage, CustomerWindow } from '../../customer-page.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import type { CustomerSetup } from '../../servers/customer-site.ts'
import type { FrontProxy } from '../../servers/front-proxy.ts'
import { quickTimings, type Stack } from '../../stack.ts'
import { expectAllSet } from '../../wizard-window.ts'
import {
  chooseStreams,
  createCrmSource,
  demoCrm,
  expectStreams,
  goToProvider,
  submitForm,
} from './crm-trip.ts'
import { expectError, expectResult, progressOf, timeOf } from './promises.ts'

/** Stories of a trip to a provider that are told in every browser. */

/** What the page's own fetches meet on their way to the host. */
export interface Obstacle {
  readonly obstacle: string
  readonly setup?: CustomerSetup
  readonly raise: (proxy: FrontProxy) => void
}

const flows = /^\/flows\//

/** The first is the worst: requests are refused by the browser itself, before they leave. */
export const obstacles: readonly [Obstacle, ...Obstacle[]] = [
  {
    obstacle: 'its policy has no connect-src for the host',
    raise: (proxy) =>
      proxy.rule({ host: hosts.opener }, { headers: { 'Content-Security-Policy': "connect-src 'self'" } }),
  },
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
    obstacle: 'a blocker cuts its requests',
    raise: cutFetches,
  },
]

/** No fetch of the page reaches the host from here on. */
export function cutFetches(proxy: FrontProxy): void {
  proxy.rule({ host: hosts.wizard, path: flows }, { cut: true })
}

/** A new source goes to the provider and is back: its streams are shown. */
export async function returnToStreams<Window extends CustomerWindow>(
  customer: CustomerPage<Window>,
  account: Account,
  name?: string,
): Promise<{ id: number; wizard: Window; call: Call }> {
  const id = await createCrmSource(account, name)
  const { wizard, call } = await customer.open('authorizeSource', { id })
  await goToProvider(wizard)
  await answerProvider(wizard)
  await expectStreams(wizard)
  return { id, wizard, call }
}

/** The whole way, from the click to the result; returns the window, which will close itself. */
export async function connectCrm<Window extends CustomerWindow>(
  customer: CustomerPage<Window>,
  account: Account,
): Promise<Window> {
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await submitForm(wizard)
  await goToProvider(wizard)
  await answerProvider(wizard)
  await chooseStreams(wizard)
  const result = await expectResult(customer, call)
  expect(result).toMatchObject({ type: demoCrm, selected_streams: ['deals'] })
  expect(progressOf(customer)).toContain('back')
  // Whoever connects the same account at the CRM once more would be asked what they mean.
  await account.call('DELETE', `/v4/sources/${result.id}`)
  return wizard
}

/** The page has nothing left to hear by: it claims no close, gives up in the end, and the person finishes. */
export async function giveUpOnSeveredWindow(
  customer: CustomerPage<CustomerWindow>,
  account: Account,
  relayDown = quickTimings.relayDown,
): Promise<void> {
  const id = await createCrmSource(account)
  const { wizard, call } = await customer.open('authorizeSource', { id })
  // A claim that nobody answers before the window is cut off has a limit of its own.
  await expect.poll(() => progressOf(customer)).toContain('claimed')
  await goToProvider(wizard)
  const leftAt = Date.now()
  await answerProvider(wizard)
  await expectStreams(wizard)
  await expectError(call, { name: 'RelayUnreachableError', sourceId: id, canResume: true })
  expect(timeOf(customer, 'rejected') - leftAt).toBeGreaterThan(relayDown / 2)
  await chooseStreams(wizard)
  await expectAllSet(wizard)
  expect((await account.getSource(id)).report_card.current_step_type).toBe('fully_configured')
}

/** The provider sends everybody back at once, with this. */
export function answerWith({ proxy, origins }: Stack, query: string) {
  return proxy.rule(
    { host: hosts.provider, path: '/auth' },
    {
      answer: (_request, response) =>
        void response.writeHead(302, { location: `${origins.wizard}/oauth/callback/demo-crm${query}` }).end(),
    },
  )
}

/** What providers send that forget the state of a refusal, or of everything. */
export const carelessAnswers = [
  {
    query: '?error=access_denied',
    reason: 'Access was not allowed. You can try again and allow it.',
    error: { reason: 'denied', providerCode: 'access_denied' },
  },
  {
    query: '',
    reason: 'You came back before it was finished. Try again.',
    error: { reason: 'interrupted' },
  },
] as const

/** A callback without its state leads back to the wizard, which goes there again, as often as it must. */
export async function returnWithoutState<Window extends CustomerWindow>(
  stack: Stack,
  customer: CustomerPage<Window>,
  account: Account,
  look: (wizard: Window, reason: string) => Promise<void> = async () => {},
): Promise<void> {
  const id = await createCrmSource(account)
  const { wizard, call } = await customer.open('authorizeSource', { id })
  let link = 'Authorize with Demo CRM'
  for (const [index, { query, reason }] of carelessAnswers.entries()) {
    const careless = answerWith(stack, query)
    await wizard.getByRole('link', { name: link }).click()
    const isBack = () => progressOf(customer).filter((type) => type === 'back').length
    await expect.poll(isBack).toBe(index + 1)
    link = 'Try again'
    await wizard.getByRole('link', { name: link }).waitFor()
    await look(wizard, reason)
    expect(call.isPending()).toBe(true)
    careless.lift()
  }
  await wizard.getByRole('link', { name: link }).click()
  await answerProvider(wizard)
  await chooseStreams(wizard)
  expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
}

/** An answer that the provider posts is taken, and no code is in an address. */
export async function connectByPost(stack: Stack, customer: CustomerPage<CustomerWindow>): Promise<void> {
  const { wizard, call } = await customer.open('addSource', { type: 'platform.form-post' })
  await wizard.getByLabel('Workspace').fill('Ours')
  await submitForm(wizard)
  await goToProvider(wizard)
  await answerProvider(wizard)
  await expectAllSet(wizard)
  expect(await call.result()).toMatchObject({ type: 'platform.form-post', step: 'fully_configured' })
  const callbacks = stack.proxy.requests.filter(({ url }) => url.startsWith('/oauth/callback/'))
  expect(callbacks.map(({ method }) => method)).toEqual(['POST', 'GET'])
  expect(callbacks.map(({ url }) => url).join()).not.toMatch(/code=|state=/)
  expect(callbacks[0]?.headers['cookie']).toBeUndefined()
}

/** A window that is closed when half of its page has come; and a second one, by `resume()`. */
export async function closeHalfLoaded<Window extends CustomerWindow>(
  stack: Stack,
  customer: CustomerPage<Window>,
  close: (wizard: Window) => Promise<void>,
): Promise<{ wizard: Window; call: Call }> {
  const half = stack.proxy.rule(
    { host: hosts.wizard, path: /^\/connect\/[^/]+$/ },
    {
      answer(_request, response) {
        response.writeHead(200, { 'content-type': 'text/html' })
        response.write('<!doctype html><title>Half a page</title><p>Half a page</p>')
      },
    },
  )
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await close(wizard)
  await expectError(call, { name: 'AppLoadTimeoutError', canResume: true })

  half.lift()
  const again = await customer.open('resume the error')
  await again.wizard.getByRole('button', { name: 'Continue', exact: true }).waitFor()
  expect(again.call.isPending()).toBe(true)
  return again
}
