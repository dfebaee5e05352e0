import pg from 'pg'
import type { PostgresServer } from '../../scripts/postgres-server.mjs'

/** Reads what a discovery needs of every column by one query, as the driver gives it, and drops it. */
export async function readBare(
  { host, port, user, password }: Pick<PostgresServer, 'host' | 'port' | 'user' | 'password'>,
  database: string,
): Promise<number> {
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
}
