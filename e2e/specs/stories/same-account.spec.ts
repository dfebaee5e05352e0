import type { Page } from '@playwright/test'
import type { Account } from '../../connect-api.ts'
import type { CustomerPage } from '../../customer-page.ts'
import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { expectAllSet } from '../../wizard-window.ts'
import { chooseStreams, demoCrm, expectStreams, goToProvider, submitForm } from '../popup/crm-trip.ts'
import { look } from './look.ts'

/** An account is connected, and somebody adds it once more: they are asked what is meant. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

const title = 'This account is already connected'

/** The source that Anna has connected, with one stream of it selected. */
async function connectAnna(customer: CustomerPage): Promise<{ id: number; name: string }> {
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await submitForm(wizard)
  await goToProvider(wizard)
  await answerProvider(wizard, { name: 'Anna' })
  await chooseStreams(wizard)
  await expectAllSet(wizard)
  const { id, display_name: name } = await call.result()
  await wizard.close()
  return { id, name }
}

/** Adds a source, and signs in as Anna once more. */
async function addAgain(customer: CustomerPage, name: string) {
  const opened = await customer.open('addSource', { type: demoCrm })
  const { wizard } = opened
  await wizard.getByLabel('Name', { exact: true }).fill(name)
  await submitForm(wizard)
  await goToProvider(wizard)
  await answerProvider(wizard, { name: 'Anna' })
  await expect(wizard.getByRole('heading', { level: 1, name: title })).toBeVisible()
  await expect(wizard.getByText('Anna, Demo workspace')).toBeVisible()
  return opened
}

const answer = (wizard: Page, name: string) => wizard.getByRole('button', { name })
const liveIds = async (account: Account) => {
  const all = (await account.call('GET', '/v4/sources')) as { id: number; deleted_at: string | null }[]
  return all.filter((one) => one.deleted_at === null).map(({ id }) => id)
}

test('the connection that there is can be renewed: the page gets its id, and its selection stays', async ({
  customer,
  account,
}) => {
  const { id, name } = await connectAnna(customer)
  await account.call('PUT', `/v4/sources/${id}`, { paused_at: '2026-11-01T00:00:00Z' })
  const { wizard, call } = await addAgain(customer, 'Once more')
  await look(wizard, 'same-account')
  // A reload asks again.
  await wizard.reload()
  await expect(wizard.getByRole('heading', { level: 1, name: title })).toBeVisible()
  await answer(wizard, `Renew ${name}`).click()
  await expectAllSet(wizard)
  expect(await call.result()).toMatchObject({
    id,
    display_name: name,
    check: { status: 'succeeded' },
    selected_streams: ['deals'],
  })
  expect(await liveIds(account)).toEqual([id])
  const still = (await account.call('GET', `/v4/sources/${id}`)) as { paused_at: string | null }
  expect(still.paused_at).not.toBeNull()
})

test('it can be added a second time', async ({ customer, account }) => {
  const { id } = await connectAnna(customer)
  const { wizard, call } = await addAgain(customer, 'Once more')
  await answer(wizard, 'Add a second connection').click()
  await chooseStreams(wizard)
  await expectAllSet(wizard)
  const result = await call.result()
  expect(result).toMatchObject({ display_name: 'Once more' })
  expect(await liveIds(account)).toEqual([id, result.id])
})

test('another account can be signed in with instead, by keyboard alone', async ({ customer, account }) => {
  const { id } = await connectAnna(customer)
  const { wizard, call } = await addAgain(customer, 'Of Bob')
  await wizard.getByRole('button', { name: 'Cancel' }).focus()
  await wizard.keyboard.press('Shift+Tab')
  await expect(answer(wizard, 'Use another account')).toBeFocused()
  await wizard.keyboard.press('Enter')
  await goToProvider(wizard)
  await answerProvider(wizard, { name: 'Bob' })
  await expectStreams(wizard)
  await chooseStreams(wizard)
  await expectAllSet(wizard)
  const result = await call.result()
  expect(await liveIds(account)).toEqual([id, result.id])
})

test('a connection that is removed while the question stands is said to be gone, in every tab', async ({
  customer,
  account,
}) => {
  const { id, name } = await connectAnna(customer)
  const { wizard, call } = await addAgain(customer, 'Once more')
  await account.call('DELETE', `/v4/sources/${id}`)
  await answer(wizard, `Renew ${name}`).click()
  await expect(
    wizard.getByRole('heading', { level: 1, name: 'This account is no longer connected' }),
  ).toBeVisible()
  await look(wizard, 'same-account-gone')
  await answer(wizard, 'Add this connection').click()
  await chooseStreams(wizard)
  await expectAllSet(wizard)
  const result = await call.result()
  expect(await liveIds(account)).toEqual([result.id])
})

test('who discards with the question open leaves the connection as it was', async ({ customer, account }) => {
  const { id } = await connectAnna(customer)
  const before = await account.call('GET', `/v4/sources/${id}/config`)
  const { wizard, call } = await addAgain(customer, 'Once more')
  await wizard.getByRole('button', { name: 'Cancel' }).click()
  await wizard.getByRole('button', { name: 'Discard and close' }).click()
  expect(await call.error()).toMatchObject({ code: 'AppClosedPrematurely' })
  expect(await liveIds(account)).toEqual([id])
  expect(await account.call('GET', `/v4/sources/${id}/config`)).toEqual(before)
})
