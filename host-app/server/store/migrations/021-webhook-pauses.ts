import type { AnyDatabase } from './columns.ts'

/** Webhooks know until when their receiver wants nothing to be sent. */
export async function webhookPauses(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('webhook').addColumn('not_before', 'bigint').execute()
}
