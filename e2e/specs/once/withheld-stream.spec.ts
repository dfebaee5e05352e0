import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { chooseStreams, demoCrm, goToProvider, submitForm } from '../popup/crm-trip.ts'
import { expectResult } from '../popup/promises.ts'

/** A proxy that buffers replies lets no event of a stream through; requests and their answers still pass. */

test('a wizard whose stream is kept back asks instead, and the whole flow is walked', async ({
  cleanStack,
  customer,
}) => {
  cleanStack.proxy.rule({ host: hosts.wizard, method: 'GET', path: /\/presence$/ }, { buffer: true })
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await submitForm(wizard)
  await goToProvider(wizard)
  await answerProvider(wizard)
  await chooseStreams(wizard)
  expect(await expectResult(customer, call)).toMatchObject({ type: demoCrm, selected_streams: ['deals'] })
})
