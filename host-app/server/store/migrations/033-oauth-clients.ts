import { sql } from 'kysely'
import { required, type AnyDatabase } from './columns.ts'

/** What remembers by which client it was, or is to be, granted; null: by the one of the operator's settings, as all from before. */
const granted = ['credential', 'given_up_grant', 'grant_aside', 'oauth_transaction', 'source']

/** Registrations at providers, the operator's and accounts' own. */
export async function oauthClients(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('oauth_client')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer')
    .addColumn('type', 'text', required)
    .addColumn('name', 'text')
    .addColumn('client_id', 'text', required)
    .addColumn('sealed', 'text', required)
    .addColumn('is_default', 'integer', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .execute()
  await db.schema
    .createIndex('oauth_client_account')
    .on('oauth_client')
    .columns(['account_id', 'type', 'id'])
    .execute()
  for (const table of granted) {
    await db.schema.alterTable(table).addColumn('oauth_client_id', 'text').execute()
  }
  // To find out who depends on a client that is to be removed.
  for (const table of granted.filter((name) => name !== 'oauth_transaction')) {
    await sql`create index ${sql.ref(`${table}_oauth_client`)} on ${sql.table(table)} (oauth_client_id)
      where oauth_client_id is not null`.execute(db)
  }
}
