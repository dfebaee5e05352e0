import type { AnyDatabase } from './columns.ts'

/** Connector processes that a check has ended, counted apart from its attempts. */
export async function checkDeaths(db: AnyDatabase): Promise<void> {
  await db.schema
    .alterTable('check_job')
    .addColumn('deaths', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
}
