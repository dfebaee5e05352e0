import { autoId, required, type AnyDatabase } from './columns.ts'

/** Grants that are used no more, until their providers have heard of it. */
export async function givenUpGrants(db: AnyDatabase): Promise<void> {
  await autoId(db, 'given_up_grant')
    .addColumn('account_id', 'integer', required)
    .addColumn('source_id', 'integer', required)
    .addColumn('because', 'text', required)
    .addColumn('external_account', 'text')
    .addColumn('sealed', 'text', required)
    .addColumn('origin', 'text', required)
    .addColumn('origin_key', 'text', required)
    .addColumn('expires_at', 'bigint')
    .addColumn('attempts', 'integer', required)
    .addColumn('due_at', 'bigint', required)
    .addColumn('lease', 'text')
    .addColumn('request_id', 'text')
    .addColumn('created_at', 'bigint', required)
    .execute()
  await db.schema
    .createIndex('given_up_grant_account')
    .on('given_up_grant')
    .columns(['account_id', 'due_at', 'id'])
    .execute()
  // To find out whether somebody else is connected to the account that a grant was for.
  await db.schema
    .createIndex('source_external_account')
    .on('source')
    .columns(['external_account', 'type'])
    .where('external_account', 'is not', null)
    .execute()
}
