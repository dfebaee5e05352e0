import { expect, test } from '../../fixtures.ts'
import { expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../../wizard-window.ts'

test('a power cut of the host app in the middle of a flow loses nothing', async ({
  customer,
  account,
  database,
  cleanStack: { hostApp },
}) => {
  const { wizard, call } = await customer.open('addSource', { type: 'platform.hp-postgres' })
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)

  await hostApp.stop('kill -9')
  await hostApp.start()

  await selectStreams(wizard, ['orders'])
  await expectAllSet(wizard)
  const { id, selected_streams } = await call.result()
  expect(selected_streams).toEqual(['odd-public-orders'])
  expect((await account.getSource(id)).report_card.current_step_type).toBe('fully_configured')
})
