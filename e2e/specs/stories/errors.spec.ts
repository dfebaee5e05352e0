import type { Page } from '@playwright/test'
import { expectAccessible } from '../../accessibility.ts'
import type { CustomerSetup } from '../../servers/customer-site.ts'
import type { PageError } from '../../customer-page.ts'
import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { createCrmSource, demoCrm, goToProvider } from '../popup/crm-trip.ts'
import { expectError } from '../popup/promises.ts'

/** Each failure is an error of its own class in the page, with Stitch's words; a window that leads nowhere closes. */

test('an unknown type is an UnknownSourceTypeError', async ({ customer }) => {
  const { wizard, call } = await customer.open('addSource', { type: 'platform.nope' })
  await expectError(call, {
    name: 'UnknownSourceTypeError',
    code: 'UnknownSourceType',
    message: 'Unknown source type: "platform.nope".',
    retryable: false,
  })
  await expectClosed(wizard)
})

test('an id that is wrong, deleted or of another account is a SourceNotFoundError', async ({
  customer,
  account,
  cleanStack,
}) => {
  const stranger = await cleanStack.api.createAccount([cleanStack.origins.opener])
  const deleted = await createCrmSource(account)
  await account.call('DELETE', `/v4/sources/${deleted}`)
  for (const id of [987_654_321, deleted, await createCrmSource(stranger)]) {
    const { wizard, call } = await customer.open('editSource', { id })
    await expectError(call, {
      name: 'SourceNotFoundError',
      code: 'SourceNotFound',
      message: `Integration with id ${id} not found.`,
      sourceId: id,
    })
    await expectClosed(wizard)
  }
})

interface Refusal {
  readonly name: string
  readonly reason: string
  readonly setup: CustomerSetup
  readonly origin?: 'opener2'
}

const refusals: readonly Refusal[] = [
  { name: 'that is forged', reason: 'invalid', setup: { token: `bob_eph_${'A'.repeat(43)}` } },
  { name: 'that is no token at all', reason: 'invalid', setup: { token: 'hunter2' } },
  { name: 'for another type', reason: 'out_of_scope', setup: { scope: { types: ['import_api'] } } },
  { name: 'for another function', reason: 'out_of_scope', setup: { scope: { functions: ['editSource'] } } },
  { name: 'of another origin', reason: 'origin', setup: {}, origin: 'opener2' },
  { name: 'that the back end could not make', reason: 'unavailable', setup: { token: 'rejects' } },
]

for (const { name, reason, setup, origin } of refusals) {
  test(`a token ${name} is an UpgradeEphemeralTokenError`, async ({ customer, cleanStack }) => {
    await customer.load(setup, origin && { origin: cleanStack.origins[origin] })
    const { call } = await customer.open('addSource', { type: demoCrm })
    const { message } = await expectTokenError(call, reason)
    // Behind Stitch's words it says which one that is: it is met where a page goes into production.
    if (origin) expect(message).toContain(` The origin ${cleanStack.origins[origin]} is not among`)
  })
}

test('a token that expired on the way is an UpgradeEphemeralTokenError', async ({ customer, cleanStack }) => {
  await customer.load({ token: 'string', scope: { expires_in: 1 } })
  cleanStack.proxy.rule({ method: 'POST', path: /^\/flows\/[^/]+\/claim$/ }, { delay: 1_500 })
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await expectTokenError(call, 'expired')
  await expectClosed(wizard)
})

test('a token that is used a second time is an UpgradeEphemeralTokenError, and the first use goes on', async ({
  customer,
}) => {
  await customer.load({ token: 'string' })
  const first = await customer.open('addSource', { type: demoCrm })
  await expect(first.wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
  const second = await customer.open('addSource', { type: 'import_api' })
  await expectTokenError(second.call, 'used')
  await expectClosed(second.wizard)
  expect(first.wizard.isClosed()).toBe(false)
  expect(first.call.isPending()).toBe(true)
})

for (const { name, button, options, option } of [
  { name: 'type', button: 'addSource', options: {}, option: 'type' },
  { name: 'id', button: 'editSource', options: {}, option: 'id' },
  { name: 'sensible id', button: 'selectStreamsForSource', options: { id: 'abc' }, option: 'id' },
] as const) {
  test(`a call without a ${name} rejects with InvalidOptionsError and opens nothing`, async ({
    customer,
    context,
  }) => {
    const call = await customer.click(button, options)
    const error = await expectError(call, { name: 'InvalidOptionsError', code: 'InvalidOptions' })
    expect(error).toMatchObject({ option, retryable: false })
    expect(context.pages()).toHaveLength(1)
  })
}

test('a call without a token rejects with InvalidOptionsError where nobody can sign in', async ({
  customer,
}) => {
  await customer.load({ token: 'none' })
  const { call } = await customer.open('addSource', { type: demoCrm })
  const error = await expectError(call, { name: 'InvalidOptionsError', code: 'InvalidOptions' })
  expect(error).toMatchObject({ option: 'ephemeral_token' })
})

test('who does not allow it stays in the wizard with the reason, and Cancel is then an AuthorizeFailureError', async ({
  customer,
  account,
  cleanStack,
}) => {
  const id = await createCrmSource(account)
  const { wizard, call } = await customer.open('authorizeSource', { id })
  await goToProvider(wizard)
  await answerProvider(wizard, { answer: 'Deny' })
  await expect(
    wizard.getByRole('heading', { name: 'Demo CRM did not authorize the connection' }),
  ).toBeVisible()
  await expect(wizard.getByText('Access was not allowed. You can try again and allow it.')).toBeVisible()
  expect(call.isPending()).toBe(true)

  const visits = () =>
    cleanStack.proxy.requests.filter(({ host, url }) => host === hosts.provider && url.startsWith('/auth?'))
      .length
  expect(visits()).toBe(1)
  await wizard.getByRole('link', { name: 'Try again' }).click()
  await answerProvider(wizard, { answer: 'Deny' })
  await expect(wizard.getByText('Access was not allowed. You can try again and allow it.')).toBeVisible()
  expect(visits()).toBe(2)

  await wizard.getByRole('button', { name: 'Cancel' }).click()
  await expectError(call, {
    name: 'AuthorizeFailureError',
    code: 'AuthorizeFailure',
    message: 'Error authorizing connection.',
    reason: 'denied',
    providerCode: 'access_denied',
    sourceId: id,
    step: 'oauth',
  })
  expect((await account.getSource(id)).report_card.current_step_type).toBe('oauth')
})

async function expectClosed(wizard: Page): Promise<void> {
  await expect.poll(() => wizard.isClosed()).toBe(true)
}

async function expectTokenError(call: Parameters<typeof expectError>[0], reason: string): Promise<PageError> {
  const error = await expectError(call, {
    name: 'UpgradeEphemeralTokenError',
    code: 'UpgradeEphemeralToken',
    reason,
  })
  // All of it, but where an origin was refused.
  if (reason === 'origin') expect(error.message).toContain(`${tokenErrorWords} `)
  else expect(error.message).toBe(tokenErrorWords)
  return error
}

/** Stitch's, to the letter. */
const tokenErrorWords = 'Error upgrading ephemeral token.'

test('a Discard takes what the flow made with it, and the page is left with nothing to go on with', async ({
  customer,
  account,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await wizard.getByRole('button', { name: 'Continue', exact: true }).click()
  await expect(wizard.getByRole('heading', { name: 'Authorize Demo CRM' })).toBeVisible()
  await wizard.getByRole('button', { name: 'Cancel' }).click()
  const question = wizard.getByRole('dialog', { name: 'Stop here?' })
  await expect(question.getByRole('button', { name: 'Keep going' })).toBeFocused()
  await expectAccessible(wizard)
  await wizard.keyboard.press('Enter')
  await expect(question).toBeHidden()
  await expect(wizard.getByRole('button', { name: 'Cancel' })).toBeFocused()
  expect(call.isPending()).toBe(true)

  await wizard.getByRole('button', { name: 'Cancel' }).click()
  await question.getByRole('button', { name: 'Discard and close' }).click()
  await expectError(call, { name: 'AppClosedPrematurelyError', reason: 'cancelled', step: 'oauth' })
  const error = await call.error()
  expect(error).not.toHaveProperty('sourceId')
  expect(error).not.toHaveProperty('resume')
  await expectClosed(wizard)
  expect(await account.call('GET', '/v4/sources')).toMatchObject([{ deleted_at: expect.any(String) }])
})
