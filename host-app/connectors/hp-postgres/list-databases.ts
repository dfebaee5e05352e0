import { z } from 'zod'
import { ConnectorError, type ConnectorContext, type OptionsPage } from '../connector.ts'
import { violation } from './message-guard.ts'
import { readPostgresSettings, type PostgresSettings } from './postgres-settings.ts'
import { openSession, type PostgresSession } from './session.ts'

const databaseRow = z.object({ name: z.string(), may_connect: z.boolean() })

const query = `
  select datname::text as name, has_database_privilege(oid, 'CONNECT') as may_connect
  from pg_database where datallowconn and not datistemplate order by datname`

/** The databases of a server, for the setting that names one. Throws `ConnectorError`. */
export async function listDatabases(context: ConnectorContext): Promise<OptionsPage> {
  const session = await openAny(context)
  try {
    const rows = z.array(databaseRow).safeParse(await session.query(query))
    if (!rows.success) throw violation(rows.error)
    const options = rows.data.map(({ name, may_connect: mayConnect }) => ({
      value: name,
      label: name,
      ...(!mayConnect && { unavailable: 'This user may not connect to it.' }),
    }))
    return { options, nextCursor: null }
  } finally {
    await session.close()
  }
}

/**
 * PostgreSQL lets nobody in who names no database. The one of its own is nearly always there and open to all; a user's own,
 * by the user's name, is where its programs go who were told none.
 */
async function openAny(context: ConnectorContext): Promise<PostgresSession> {
  const open = (settings: PostgresSettings) => openSession(settings, context)
  try {
    return await open(readPostgresSettings({ ...context.settings, dbname: 'postgres' }))
  } catch (error) {
    const { user } = context.settings
    if (!(error instanceof ConnectorError) || error.field !== 'dbname' || !user) throw error
    return await open(readPostgresSettings({ ...context.settings, dbname: user }))
  }
}
