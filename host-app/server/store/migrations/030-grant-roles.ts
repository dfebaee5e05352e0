import { required, type AnyDatabase } from './columns.ts'

/** What waits for the person's answer may be several grants of one consent, told apart by their roles. */
export async function grantRoles(db: AnyDatabase): Promise<void> {
  const kept = [
    'flow_id',
    'account_id',
    'source_id',
    'sealed',
    'external_account',
    'expires_at',
    'token_lifetime',
    'created_at',
  ]
  await db.schema
    .createTable('grant_aside_moved')
    .addColumn('flow_id', 'text', required)
    .addColumn('role', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('account_id', 'integer', required)
    .addColumn('source_id', 'integer', required)
    .addColumn('sealed', 'text', required)
    .addColumn('external_account', 'text')
    .addColumn('expires_at', 'bigint')
    .addColumn('token_lifetime', 'bigint')
    .addColumn('created_at', 'bigint', required)
    .addPrimaryKeyConstraint('grant_aside_key', ['flow_id', 'role'])
    .execute()
  await db
    .insertInto('grant_aside_moved')
    .columns(kept)
    .expression(db.selectFrom('grant_aside').select(kept))
    .execute()
  await db.schema.dropTable('grant_aside').execute()
  await db.schema.alterTable('grant_aside_moved').renameTo('grant_aside').execute()
}
