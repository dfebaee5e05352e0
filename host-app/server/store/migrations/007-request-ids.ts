import type { AnyDatabase } from './columns.ts'

/** Jobs remember the request that asked for them: it may have been answered by a process that has gone. */
export async function requestIds(db: AnyDatabase): Promise<void> {
  for (const jobs of ['check_job', 'webhook_delivery']) {
    await db.schema.alterTable(jobs).addColumn('request_id', 'text').execute()
  }
}
