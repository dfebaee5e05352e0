import { isolated } from '@bobbin/shared/isolated'
import { bulkTables, oddStreamIds } from '../../../host-app/connectors/hp-postgres/odd-database.testing.ts'
import type { Account } from '../../connect-api.ts'
import { expect, test } from '../../fixtures.ts'
import { clickDone, expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../../wizard-window.ts'
import { composeText, useKeys } from './keys.ts'

/** A real PostgreSQL database with all that is odd about real ones (`odd-database.testing.ts`). */
const type = 'platform.hp-postgres'

test('a customer connects a database, and source, check and selection are there by REST', async ({
  customer,
  account,
  database,
}) => {
  const chosen = [
    'with space',
    'Grüße 🧵 表',
    'quote"and\'tick',
    'big_events',
    'without_key',
    'all_types',
    'orders',
  ]
  const { wizard, call } = await customer.open('addSource', { type })
  // Who types before the form is painted has the scripts at once.
  await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
  await composeText(wizard, wizard.getByLabel('Name', { exact: true }), '日本')
  await fillPostgresForm(wizard, { ...database, name: 'Shop' })
  expect(await wizard.evaluate(askedBeforePaint)).toEqual([expect.stringMatching(/\/start-[\w-]+\.js$/)])
  await passCheck(wizard)

  await useKeys(wizard, 'all_types')
  await wizard.getByLabel('Find a stream').fill('order_totals')
  await wizard.getByRole('button', { name: `Open ${isolated('order_totals')}` }).click()
  const view = wizard.getByRole('dialog', { name: 'order_totals' })
  await view.getByRole('button', { name: `${isolated('customer_id')} is a key` }).click()
  await view.getByRole('switch', { name: 'Sync this table' }).check()
  await view.getByRole('button', { name: 'Close' }).click()
  await selectStreams(wizard, chosen)
  await expectAllSet(wizard)
  await clickDone(wizard)

  const ids = [
    'odd-Odd "Names"-with space',
    'odd-public-Grüße 🧵 表',
    'odd-public-all_types',
    'odd-public-big_events',
    'odd-public-order_totals',
    'odd-public-orders',
    'odd-public-quote"and\'tick',
    'odd-public-without_key',
  ]
  const result = await call.result()
  expect(result).toEqual({
    id: expect.any(Number),
    type,
    display_name: 'Shop',
    step: 'fully_configured',
    check: { name: expect.any(String), status: 'succeeded' },
    selected_streams: ids.toSorted(),
    selected_streams_count: ids.length,
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

  const count = oddStreamIds.length + bulkTables
  expect(await account.call('GET', `/v4/sources/${result.id}/last-connection-check`)).toMatchObject({
    name: result.check?.name,
    status: 'succeeded',
    error: false,
    discovery_exit_status: 0,
    failure: null,
    stream_count: count,
  })
  const streams = await account.listStreams(result.id)
  expect(streams).toHaveLength(count)
  // Neither what the user may not read, nor the parts of what is partitioned.
  expect(streams.map(({ stream_name: name }) => name).join()).not.toMatch(/secrets|not_readable|big_events_/)
  expect(selectedIds(streams)).toEqual(ids.toSorted())
  await expectCatalog(account, result.id, ids)
})

test('no secret and no token is in any address, referrer or log', async ({
  customer,
  database,
  cleanStack,
}) => {
  const { wizard, call } = await customer.open('addSource', { type })
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)
  await selectStreams(wizard, ['orders'])
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

test('default_streams ticks streams and fields that were never chosen, and says what it ignored', async ({
  customer,
  account,
  database,
}) => {
  const first = await customer.open('addSource', {
    type,
    default_streams: {
      orders: true,
      customers: false,
      'odd-public-two_part_key': { note: false },
      all_types: { a_text: true, no_such_field: true },
      nowhere: true,
      plain: 'yes',
    },
  })
  await fillPostgresForm(first.wizard, database)
  await passCheck(first.wizard)
  await save(first.wizard)
  const ids = ['odd-public-all_types', 'odd-public-orders', 'odd-public-two_part_key']
  const { id, selected_streams, ignored_default_streams: ignored } = await first.call.result()
  expect(selected_streams).toEqual(ids)
  expect(ignored.toSorted()).toEqual(['all_types.no_such_field', 'nowhere', 'plain'])
  expect(selectedIds(await account.listStreams(id))).toEqual(ids)
  const { streams } = await readCatalog(account, id)
  const fields = fieldsOf(streams.find(({ stream }) => stream === 'two_part_key'))
  expect(fields['note']).toMatchObject({ selected: false })
  await clickDone(first.wizard)

  // What was chosen by hand since then stands; what never was is ticked.
  const again = await customer.open('selectStreamsForSource', {
    id,
    default_streams: { orders: false, customers: true },
  })
  await expect(again.wizard.getByLabel('Find a stream')).toBeVisible()
  await save(again.wizard)
  expect((await again.call.result()).selected_streams).toEqual([
    'odd-public-all_types',
    'odd-public-customers',
    'odd-public-orders',
    'odd-public-two_part_key',
  ])
})

test('under window.Stitch only what is exactly true counts in default_streams, and the rest is ignored', async ({
  customer,
  account,
  database,
}) => {
  await customer.load({ build: 'stitch' })
  const { wizard, call } = await customer.open('addSource', {
    type,
    default_streams: {
      orders: true,
      nowhere: true,
      customers: false,
      without_key: 'true',
      plain: 1,
      two_part_key: { note: true },
    },
  })
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)
  await save(wizard)
  const { id, selected_streams } = await call.result()
  expect(selected_streams).toEqual(['odd-public-orders'])
  expect(selectedIds(await account.listStreams(id))).toEqual(['odd-public-orders'])
})

/** Saves what is ticked without a look at it. */
async function save(wizard: Parameters<typeof expectAllSet>[0]): Promise<void> {
  await wizard.getByRole('button', { name: 'Save selection' }).click()
  await expectAllSet(wizard)
}

function selectedIds(streams: Awaited<ReturnType<Account['listStreams']>>): string[] {
  return streams
    .filter(({ selected }) => selected)
    .map(({ tap_stream_id: id }) => id)
    .toSorted()
}

interface CatalogStream {
  readonly tap_stream_id: string
  readonly stream: string
  readonly metadata: readonly { breadcrumb: string[]; metadata: Record<string, unknown> }[]
}

async function readCatalog(account: Account, id: number): Promise<{ streams: CatalogStream[] }> {
  return (await account.call('GET', `/v4/sources/${id}/catalog`)) as { streams: CatalogStream[] }
}

function fieldsOf(stream: CatalogStream | undefined): Record<string, Record<string, unknown>> {
  const fields = stream?.metadata.filter(({ breadcrumb }) => breadcrumb.length === 2) ?? []
  return Object.fromEntries(fields.map(({ breadcrumb, metadata }) => [breadcrumb[1], metadata]))
}

/** The catalog selects exactly these streams, and says so of each of their fields that can be had. */
async function expectCatalog(account: Account, sourceId: number, ids: readonly string[]): Promise<void> {
  const { streams } = await readCatalog(account, sourceId)
  const selected = streams.filter(({ metadata }) => metadata[0]?.metadata['selected'] === true)
  expect(selected.map(({ tap_stream_id: id }) => id).toSorted()).toEqual(ids.toSorted())
  for (const stream of selected) {
    for (const [name, metadata] of Object.entries(fieldsOf(stream))) {
      if (metadata['inclusion'] !== 'available') continue
      expect([stream.stream, name, metadata['selected']]).toEqual([stream.stream, name, expect.any(Boolean)])
    }
  }
  const named = (name: string) => selected.find(({ stream }) => stream === name)
  expect(fieldsOf(named('all_types'))['a_composite']).toMatchObject({ inclusion: 'unsupported' })
  expect(named('order_totals')?.metadata[0]?.metadata).toMatchObject({
    'is-view': true,
    'view-key-properties': ['customer_id'],
  })
  expect(named('with space')?.metadata[0]?.metadata).toMatchObject({ 'table-key-properties': ['key "id"'] })
}

/** What the wizard's page asked for while a person was still waiting for its form. */
function askedBeforePaint(): string[] {
  const painted = performance.getEntriesByName('first-contentful-paint')[0]!.startTime
  const asked = performance.getEntriesByType('resource').filter(({ startTime }) => startTime < painted)
  return asked.map(({ name }) => name)
}
