import type { AnyDatabase } from './columns.ts'

/** The checks of a source, found without walking past all others: to list them, and to see whether one proves it. */
export async function sources(db: AnyDatabase): Promise<void> {
  await db.schema
    .createIndex('check_job_of_source')
    .on('check_job')
    .columns(['account_id', 'source_id', 'settings_version', 'status'])
    .execute()
  await db.schema.createIndex('source_of_account').on('source').columns(['account_id', 'id']).execute()
}
