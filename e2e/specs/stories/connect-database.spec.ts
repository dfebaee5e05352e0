import { expectAccessible } from '../accessibility.ts'
import { expect, test } from '../fixtures.ts'
import { saveScreens } from '../screenshot.ts'
import { expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../wizard-window.ts'

const type = 'platform.hp-postgres'
const chosen = ['orders', 'customers']

test('a customer connects a database, and the page gets the source', async ({
  customer,
  account,
  database,
}) => {
  const { wizard, call } = await customer.open('addSource', { type })
  await fillPostgresForm(wizard, { ...database, name: 'Shop' })
  await passCheck(wizard)
  await selectStreams(wizard, chosen)
  await expectAllSet(wizard)
  const closed = wizard.waitForEvent('close')
  await wizard.getByRole('button', { name: 'Done' }).click()
  await closed

  const result = await call.result()
  expect(result).toEqual({
    id: expect.any(Number),
    type,
    display_name: 'Shop',
    step: 'fully_configured',
    check: { name: expect.any(String), status: 'succeeded' },
    selected_streams: ['odd-public-customers', 'odd-public-orders'],
    selected_streams_count: 2,
    ignored_default_streams: [],
  })
  const source = await account.getSource(result.id)
  expect(source).toMatchObject({
    type,
    display_name: 'Shop',
    name: 'shop',
    check_job_name: result.check?.name,
  })
  expect(source.report_card.current_step_type).toBe('fully_configured')
  expect(JSON.stringify(source)).not.toContain(JSON.stringify(database.password))
  const selected = (await account.listStreams(result.id)).filter((stream) => stream.selected)
  expect(selected.map(({ stream_name }) => stream_name).sort()).toEqual([...chosen].sort())
})

test('no secret and no token is in any address, referrer or log', async ({
  customer,
  database,
  cleanStack,
}) => {
  const { wizard, call } = await customer.open('addSource', { type })
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)
  await selectStreams(wizard, chosen)
  await expectAllSet(wizard)
  await call.result()

  const traces = cleanStack.proxy.requests.flatMap(({ url, headers }) => [url, headers['referer'] ?? ''])
  expect(traces.length).toBeGreaterThan(5)
  const logs = cleanStack.readLogs()
  for (const text of [...traces, logs]) {
    expect(text).not.toMatch(/bob_eph_/)
    expect(text).not.toContain(database.password)
  }
})

test('every screen of it is accessible, by day and by night', async ({ customer, database }) => {
  const { wizard } = await customer.open('addSource', { type })
  await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
  await expectAccessible(wizard)
  await saveScreens(wizard, 'postgres-form')
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)
  await expectAccessible(wizard)
  await saveScreens(wizard, 'postgres-streams')
  await selectStreams(wizard, chosen)
  await expectAllSet(wizard)
  await expectAccessible(wizard)
  await saveScreens(wizard, 'postgres-done')
})
