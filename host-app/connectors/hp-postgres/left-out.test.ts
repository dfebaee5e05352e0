import { isolated } from '@bobbin/shared/isolated'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { runConnector } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'

const password = 'reader'

/** What is no table of the user's own, or is read with another. `reader` may read what the rights at the end say. */
const tables = `
  create table orders (id integer primary key);
  create table brought (id integer);
  create view brought_view as select 1 as one;
  create table of_theirs () inherits (brought);
  alter extension plpgsql add table brought;
  alter extension plpgsql add view brought_view;

  create table cities (id integer, name text);
  create table capitals (seat text) inherits (cities);
  create table old_capitals () inherits (capitals);

  create table events (id integer, at date) partition by range (at);
  create table events_25 partition of events for values from ('2025-01-01') to ('2026-01-01') partition by list (id);
  create table events_25_1 partition of events_25 for values in (1);
  create table events_26 partition of events for values from ('2026-01-01') to ('2027-01-01');
  create index on events (id);

  create schema closed;
  create table closed.visits (id integer, at date) partition by range (at);
  create table visits_25 partition of closed.visits for values from ('2025-01-01') to ('2026-01-01') partition by list (id);
  create table visits_25_1 partition of visits_25 for values in (1);
  create table visits_26 partition of closed.visits for values from ('2026-01-01') to ('2027-01-01');

  create schema other;
  create table other.events_27 partition of events for values from ('2027-01-01') to ('2028-01-01');

  create schema _timescaledb_internal;
  create schema _timescaledb_catalog;
  create table _timescaledb_catalog.hypertable (id integer);
  create table metrics (at timestamptz, value float8);
  create table _timescaledb_internal._hyper_1_1_chunk () inherits (metrics);

  create role reader login password '${password}';
  grant usage on schema other, _timescaledb_internal, _timescaledb_catalog to reader;
  grant select on all tables in schema public, other, _timescaledb_internal, _timescaledb_catalog to reader;
  revoke all on events_25, capitals from reader;
  grant select on closed.visits to reader;
  create role poor login password '${password}';
  grant select on events_26 to poor;
`

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres()
  await server.query(tables)
})
afterAll(() => server?.stop())

async function discover(user: string, settings: Record<string, string> = {}) {
  const { host, port } = server
  const run = await runConnector(hpPostgres, {
    ...createOutbound({ allowPrivateNetworks: true }),
    settings: { host, port: String(port), ssl: 'disable', dbname: 'postgres', user, password, ...settings },
    grant: null,
  })
  expect(run.error).toBeNull()
  return { names: run.streams.map(({ stream }) => stream), lines: run.lines }
}

const partsLeftOut = 'they are partitions or children of tables that are read whole'

it('leaves out what extensions brought, what is read with another table, and what TimescaleDB keeps', async () => {
  const { names, lines } = await discover('reader')
  // The parent of the visits is in a schema that may not be used: what is right below it is all that there is.
  const own = ['cities', 'events', 'metrics', 'of_theirs', 'orders', 'visits_25', 'visits_26']
  expect(names).toEqual(own)
  const schema = (name: string) => lines.filter((line) => line.startsWith(`Schema ${isolated(name)}`))
  expect(schema('public')).toEqual([
    `Schema ${isolated('public')}: ${own.length} tables and views; 6 left out: ${partsLeftOut}; ` +
      '2 left out: they belong to extensions.',
  ])
  expect(schema('other')).toEqual([
    `Schema ${isolated('other')}: 0 tables and views; 1 left out: ${partsLeftOut}.`,
  ])
  for (const name of ['_timescaledb_internal', '_timescaledb_catalog']) {
    expect(schema(name)).toEqual([
      `Schema ${isolated(name)} is skipped: TimescaleDB keeps its own tables there.`,
    ])
  }
  expect(lines.at(-1)).toBe(`Found ${own.length} tables and views.`)
})

it('shows a partition that alone may be read, and one whose parent is not looked at', async () => {
  const poor = await discover('poor')
  expect(poor.names).toEqual(['events_26'])
  expect(poor.lines.join('\n')).toMatch(
    /public\S*: 1 table or view; 12 left out: the user has no SELECT right on them; 2 left out: they belong/,
  )
  expect((await discover('reader', { filter_schemas: 'other' })).names).toEqual(['events_27'])
  expect((await discover('reader', { filter_schemas: 'other,public' })).names).not.toContain('events_27')
})
