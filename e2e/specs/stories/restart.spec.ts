import type { Source } from '../../connect-api.ts'
import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../../wizard-window.ts'
import { flowEvents } from '../once/flow-events.ts'
import { chooseStreams, createCrmSource, expectProvider, goToProvider } from '../popup/crm-trip.ts'
import { closeDoors, openDoor } from './door.ts'

/** Power cuts (`kill -9`) of the host app: the flow goes on, and nothing that was acknowledged is lost. */

const postgres = 'platform.hp-postgres'

test.afterEach(closeDoors)

test('a power cut while streams are chosen', async ({
  customer,
  account,
  database,
  cleanStack: { hostApp },
}) => {
  const { wizard, call } = await customer.open('addSource', { type: postgres })
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

test('a power cut during a check: the same check is done again', async ({
  customer,
  account,
  database,
  cleanStack: { hostApp },
}) => {
  const door = await openDoor(database, 'is silent')
  const { wizard, call } = await customer.open('addSource', { type: postgres })
  await fillPostgresForm(wizard, { ...database, port: String(door.port) })
  await expect(wizard.getByRole('heading', { level: 1, name: 'Checking the connection' })).toBeVisible()
  const [source] = (await account.call('GET', '/v4/sources')) as Source[]
  const path = `/v4/sources/${source?.id}/last-connection-check`
  const running = await account.call('GET', path)
  expect(running).toMatchObject({ status: 'running' })

  await hostApp.stop('kill -9')
  door.becomes('forwards')
  await hostApp.start()

  await passCheck(wizard)
  const { name } = running as { name: string }
  expect(await account.call('GET', path)).toMatchObject({ name, status: 'succeeded' })
  await selectStreams(wizard, ['orders'])
  await expectAllSet(wizard)
  expect(await call.result()).toMatchObject({ id: source?.id, check: { name, status: 'succeeded' } })
})

test.describe('at the provider', () => {
  // As long as the product waits for a provider: a server that has just started beside three browsers is slow.
  test.use({ timings: { lease: 15_000 } })

  for (const when of ['while the provider asks', 'when the provider answers'] as const) {
    test(`a power cut ${when}: the authorization counts`, async ({ customer, account, cleanStack }) => {
      const { hostApp, proxy } = cleanStack
      const id = await createCrmSource(account)
      const { wizard, call } = await customer.open('authorizeSource', { id })
      await goToProvider(wizard)

      await hostApp.stop('kill -9')
      if (when === 'while the provider asks') {
        await hostApp.start()
        await expectProvider(wizard)
        await answerProvider(wizard)
      } else {
        await answerProvider(wizard)
        const isBack = () => proxy.requests.some(({ url }) => url.startsWith('/oauth/callback/demo-crm?'))
        await expect.poll(isBack).toBe(true)
        await hostApp.start()
        await wizard.reload()
      }

      await chooseStreams(wizard)
      await expectAllSet(wizard)
      expect(await call.result()).toMatchObject({ id, step: 'fully_configured', selected_streams: ['deals'] })
      expect(call.settlements()).toBe(1)
    })
  }
})

test('a power cut between the result and its acknowledgement: the page gets it afterwards, once', async ({
  customer,
  account,
  cleanStack: { hostApp, proxy },
}) => {
  const { wizard, call } = await customer.open('addSource', { type: 'import_api' })
  await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
  // The wizard knows of its claim, so that only the result is held back.
  await expect(wizard.getByText('Tailor & Daughters')).toBeVisible()
  // Both ways by which the page could hear of it.
  const silence = proxy.rule({ host: hosts.wizard, path: /\/(relay|presence)$/ }, { hold: true })
  await wizard.getByRole('button', { name: 'Continue' }).click()
  await expectAllSet(wizard)
  expect(call.isPending()).toBe(true)

  await hostApp.stop('kill -9')
  silence.lift()
  await hostApp.start()

  const result = await call.result()
  expect(result).toMatchObject({ type: 'import_api', step: 'fully_configured' })
  expect(call.settlements()).toBe(1)
  expect(await flowEvents(account)).toMatchObject([
    { type: 'flow.completed', data: { function: 'addSource', source_id: result.id } },
  ])
  expect((await account.getSource(result.id)).report_card.current_step_type).toBe('fully_configured')
})

test('a power cut while sources are made: every one that was acknowledged is there', async ({
  account,
  cleanStack: { hostApp },
}) => {
  const acknowledged: number[] = []
  let isDown = false
  async function makeSources(worker: number): Promise<void> {
    for (let count = 0; !isDown; count++) {
      const source = { type: 'import_api', display_name: `Source ${worker} ${count}` }
      const made = await account.createSource(source).catch(() => null)
      if (made) acknowledged.push(made.id)
      else isDown = true
    }
  }
  const making = Promise.all([1, 2, 3, 4].map(makeSources))
  await expect.poll(() => acknowledged.length).toBeGreaterThan(20)
  await hostApp.stop('kill -9')
  await making
  await hostApp.start()

  const there = ((await account.call('GET', '/v4/sources')) as Source[]).map(({ id }) => id)
  expect(there).toEqual(expect.arrayContaining(acknowledged))
  expect(new Set(there).size).toBe(there.length)
})
