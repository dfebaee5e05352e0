import { randomUUID } from 'node:crypto'
import { autoId, required, type AnyDatabase } from './columns.ts'

/** Access tokens get a public id, a name and a last use; import tokens; the codes of partner OAuth. */
export async function tokens(db: AnyDatabase): Promise<void> {
  await db.schema
    .alterTable('access_token')
    .addColumn('id', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await db.schema.alterTable('access_token').addColumn('name', 'text').execute()
  await db.schema.alterTable('access_token').addColumn('last_used_at', 'bigint').execute()
  for (const { token_hash } of await db.selectFrom('access_token').select('token_hash').execute()) {
    await db
      .updateTable('access_token')
      .set({ id: randomUUID() })
      .where('token_hash', '=', token_hash)
      .execute()
  }
  await db.schema
    .createIndex('access_token_id')
    .on('access_token')
    .columns(['account_id', 'id'])
    .unique()
    .execute()

  await db.schema.alterTable('ephemeral_token').addColumn('made_by', 'text').execute()
  await db.schema
    .createIndex('ephemeral_token_maker')
    .on('ephemeral_token')
    .columns(['account_id', 'made_by'])
    .execute()

  await autoId(db, 'import_token')
    .addColumn('account_id', 'integer', required)
    .addColumn('source_id', 'integer', required)
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'bigint', required)
    .addColumn('revoked_at', 'bigint')
    .execute()
  await db.schema
    .createIndex('import_token_source')
    .on('import_token')
    .columns(['account_id', 'source_id'])
    .execute()

  await db.schema
    .createTable('partner_code')
    .addColumn('code_hash', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', required)
    .addColumn('client_id', 'text', required)
    .addColumn('redirect_uri', 'text', required)
    .addColumn('code_challenge', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .addColumn('used_at', 'bigint')
    .addColumn('access_token_id', 'text')
    .addColumn('person', 'text')
    .addColumn('made_by', 'text')
    .execute()
}
