import pg from 'pg'
import { startPostgres } from '../../scripts/postgres-server.mjs'
import type { MeasuredServer } from './measured-server.ts'

export async function startMeasuredPostgres(): Promise<MeasuredServer> {
  const postgres = await startPostgres({ settings: { fsync: 'off', max_locks_per_transaction: '1000' } })
  const { host, port, user, password } = postgres
  return {
    name: 'PostgreSQL',
    type: 'platform.hp-postgres',
    settings: (dbname) => ({ host, port: String(port), user, password, dbname, ssl: 'disable' }),
    stop: () => postgres.stop(),

    async createDatabase({ tables, columns }) {
      const database = `tables_${tables}_${columns}`
      await postgres.query(`create database ${database}`)
      const own = [
        'id integer not null',
        'name varchar(80)',
        'amount numeric(10,2)',
        'updated_at timestamptz',
      ]
      const more = Array.from({ length: columns - own.length }, (_, at) => `column_${at} varchar(${40 + at})`)
      // Locks are kept to the end of a transaction, and there is room for some thousands.
      const step = 2_000
      for (let first = 0; first < tables; first += step) {
        await postgres.query(
          `do $$ begin for i in ${first} .. ${Math.min(first + step, tables) - 1} loop
            execute format('create table t_%s (${[...own, ...more].join(', ')})', i);
          end loop; end $$`,
          { database },
        )
      }
      await postgres.query('vacuum analyze pg_class', { database })
      await postgres.query('vacuum analyze pg_attribute', { database })
      return database
    },

    async readBare(database) {
      const client = new pg.Client({ host, port, user, password, database })
      await client.connect()
      try {
        const { rows } = await client.query<Record<string, unknown>>(`
          select c.oid, n.nspname, c.relname, c.relkind, c.reltuples, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attndims,
            a.attnotnull, t.typname, t.typtype
          from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          join pg_type t on t.oid = a.atttypid
          where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
          order by n.nspname, c.relname, a.attnum`)
        return rows.length
      } finally {
        await client.end()
      }
    },
  }
}
