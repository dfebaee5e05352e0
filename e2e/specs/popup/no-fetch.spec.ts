import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { closeAsUser } from '../../wizard-window.ts'
import { chooseStreams, createCrmSource, demoCrm, goToProvider } from './crm-trip.ts'
import { documentsMet, expectError, expectResult, progressOf } from './promises.ts'
import { makeSevering } from './severing-provider.ts'
import { connectCrm, cutFetches, giveUpOnSeveredWindow, obstacles } from './trip-stories.ts'

/** The page's own fetches do not reach the host: what the wizard tells over the link is all that it has. */

const [worst] = obstacles

test('whatever keeps the page from asking, steps and result arrive all the same', async ({
  cleanStack,
  account,
  customer,
}) => {
  for (const { obstacle, setup, raise } of obstacles) {
    await test.step(obstacle, async () => {
      cleanStack.proxy.reset()
      raise(cleanStack.proxy)
      await customer.load(setup)
      await connectCrm(customer, account)
      const steps = ['step', 'step', 'step', 'step']
      // Each is a report of its own, and so they come as they come.
      const all = ['opened', 'claimed', 'away', 'back', ...steps]
      await expect.poll(() => progressOf(customer).toSorted()).toEqual(all.toSorted())
    })
  }
})

test(`where ${worst.obstacle}, no close is claimed of a window that was cut off, and the page gives up in the end`, async ({
  account,
  cleanStack,
  customer,
}) => {
  worst.raise(cleanStack.proxy)
  makeSevering(cleanStack.proxy)
  await customer.load(worst.setup)
  await giveUpOnSeveredWindow(customer, account)
})

test('a window that is closed at the form is known to be, without any fetch', async ({
  cleanStack,
  customer,
}) => {
  cutFetches(cleanStack.proxy)
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
  cutFetches(cleanStack.proxy)
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
  cutFetches(cleanStack.proxy)
  await answerProvider(wizard)
  expect(await expectResult(customer, call)).toMatchObject({ id })
})

test('a page that puts its own bearer on every request gets its result', async ({ customer, account }) => {
  await customer.load({ everyRequest: 'has a bearer' })
  await connectCrm(customer, account)
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
