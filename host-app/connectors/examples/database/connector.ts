import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'
import type { Connector } from '../../connector.ts'
import { addressSettings, userSettings } from '../../own-sockets/server-settings.ts'
import { inOrder, setting } from '../../setting-kinds.ts'
import { openSession } from './session.ts'
import { type ColumnRow, tableStream } from './table-stream.ts'

/**
 * The example of a database with a driver of its own (here PostgreSQL's `pg`). `bobbin connectors new --kind database` copies it.
 */
export const connector: Connector = {
  info: {
    type: 'platform.example-database',
    slug: 'example-database',
    name: 'Example of a database',
    category: 'Database',
    keywords: ['sql'],
    logo: null,
    stage: 'alpha',
    auth_methods: [{ key: 'password', title: 'Password', type: 'BASIC', properties: ['user', 'password'] }],
    description: 'The tables and views of one database.',
    stream_noun: 'table',
    steps: ['form', 'discover_schema', 'field_selection'],
    properties: inOrder([
      ...addressSettings(['password'], { what: 'database', example: 'db.example.com', port: '5432' }),
      setting({ name: 'dbname', title: 'Database', group: 'Server' }),
      ...userSettings,
      setting({
        name: 'ssl',
        title: 'Encryption (TLS)',
        // A password that was entered for a protected way does not go by another.
        binds: ['password'],
        default: 'verify-full',
        json_schema: {
          type: 'string',
          oneOf: [
            { const: 'verify-full', title: 'On and verified: certificate and host name are checked' },
            { const: 'require', title: 'On: encrypted, the certificate is not checked' },
            { const: 'disable', title: 'Off: nothing is encrypted' },
          ],
        },
        control: 'select',
        group: 'Encryption',
      }),
    ]),
    authorization: null,
    default_scheduling_interval: 30,
    default_start_date: null,
  },

  async check(context) {
    const session = await openSession(context)
    await session.close()
  },

  async *discover(context): AsyncGenerator<DiscoveredStream> {
    const session = await openSession(context)
    try {
      context.report.phase('reading_schema')
      const columns = (await session.query(everyColumn)) as ColumnRow[]
      for (const [table, of] of Map.groupBy(columns, ({ schema, table: name }) => `${schema}.${name}`)) {
        context.report.log(`${isolated(table)}: ${of.length} columns.`)
        yield tableStream(of)
        context.signal.throwIfAborted()
      }
    } finally {
      await session.close()
    }
  },
}

/** Of every table and view that is not the server's own: those that may not be read, too, so that people learn why they lack. */
const everyColumn = `
  select n.nspname as schema, c.relname as table, a.attname as column,
    pg_catalog.format_type(a.atttypid, null) as type,
    not a.attnotnull as is_nullable,
    coalesce(a.attnum = any (i.indkey), false) as is_key,
    pg_catalog.has_table_privilege(c.oid, 'select') as may_read
  from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
    and pg_catalog.has_schema_privilege(n.oid, 'usage')
  order by 1, 2, a.attnum`
