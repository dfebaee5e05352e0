import pg from 'pg'
import { expect, it } from 'vitest'
import { postgresVersions } from '../../../scripts/postgres-versions.mjs'
import { startPostgres } from '../../../scripts/postgres-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { runConnector } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'

const password = 'reader'
const roles = ['owner', 'heir', 'shy_heir', 'stranger', 'guest', 'reads_all'] as const

/** Tables by how a right to them comes about. `shy_heir` is of the owner's role and inherits nothing. */
const tables = `
  ${roles.map((role) => `create role ${role} login password '${password}';`).join('\n')}
  alter role shy_heir noinherit;
  grant owner to heir, shy_heir;
  create schema things authorization owner;
  grant usage on schema things to public;
  set role owner;
  create table things.untouched (id integer, note text);
  create view things.untouched_view as select 1 as one;
  create table things.given_up (id integer, note text);
  revoke select on things.given_up from owner;
  create table things.shared (id integer, note text);
  grant select on things.shared to guest;
  create table things.shared_in_part (id integer, note text);
  grant select (id) on things.shared_in_part to guest;
  create table things.for_all (id integer, note text);
  grant select on things.for_all to public;
  create table things.to_write (id integer, note text);
  grant insert on things.to_write to public;
  reset role;
  create table things.of_the_superuser (id integer, note text);
`
/** There since 14. */
const readsAll = 'grant pg_read_all_data to reads_all'

it.each([postgresVersions[0]!, postgresVersions.at(-1)!])(
  'PostgreSQL %i: what is found is what the server lets the user read',
  async (version) => {
    const server = await startPostgres({ version })
    try {
      await server.query(tables)
      if (version >= 14) await server.query(readsAll)
      const { host, port } = server
      const superuser = { user: server.user, password: server.password }
      const found: Record<string, string[]> = {}
      for (const signIn of [...roles.map((user) => ({ user, password })), superuser]) {
        const run = await runConnector(hpPostgres, {
          ...createOutbound({ allowPrivateNetworks: true }),
          settings: { host, port: String(port), ssl: 'disable', dbname: 'postgres', ...signIn },
          grant: null,
        })
        found[signIn.user] = run.streams.map(({ stream }) => stream)

        const client = new pg.Client({ host, port, database: 'postgres', ...signIn })
        await client.connect()
        const { rows } = await client.query<{ name: string }>(`
          select c.relname as name from pg_class c
          where c.relkind in ('r', 'v') and c.relnamespace = 'things'::regnamespace
            and has_any_column_privilege(c.oid, 'SELECT') order by 1`)
        await client.end()
        expect([signIn.user, found[signIn.user]]).toEqual([signIn.user, rows.map(({ name }) => name)])
      }
      expect(found).toMatchObject({
        owner: ['for_all', 'shared', 'shared_in_part', 'to_write', 'untouched', 'untouched_view'],
        guest: ['for_all', 'shared', 'shared_in_part'],
        stranger: ['for_all'],
      })
    } finally {
      await server.stop()
    }
  },
)
