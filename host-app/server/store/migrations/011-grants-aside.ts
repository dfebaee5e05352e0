import { required, type AnyDatabase } from './columns.ts'

/** Grants for another account than the connected one, which wait for the person's answer. */
export async function grantsAside(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('grant_aside')
    .addColumn('flow_id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', required)
    .addColumn('source_id', 'integer', required)
    .addColumn('sealed', 'text', required)
    .addColumn('external_account', 'text')
    .addColumn('expires_at', 'bigint')
    .addColumn('created_at', 'bigint', required)
    .execute()
}
