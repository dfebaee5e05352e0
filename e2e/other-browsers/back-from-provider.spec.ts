import { answerProvider } from '../provider-pages.ts'
import { chooseStreams, createCrmSource, goToProvider } from '../specs/popup/crm-trip.ts'
import { expectResult } from '../specs/popup/promises.ts'
import { expect, test } from './fixtures.ts'

test('the browser’s own Back from the provider shows the wizard, which goes there again', async ({
  account,
  customerPage,
}) => {
  const id = await createCrmSource(account)
  const { wizard, call } = await customerPage.open('authorizeSource', { id })
  await goToProvider(wizard)
  await wizard.goBack()
  await goToProvider(wizard)
  await answerProvider(wizard)
  await chooseStreams(wizard)
  expect(await expectResult(customerPage, call)).toMatchObject({ id, selected_streams: ['deals'] })
})
