import { sql } from 'kysely'
import type { AnyDatabase } from './columns.ts'

/** Flows know which sources they made: until now, whatever `addSource` had come to. */
export async function made(db: AnyDatabase): Promise<void> {
  await db.schema
    .alterTable('flow')
    .addColumn('made', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute()
  await sql`
    update flow set made = '[' || source_id || ']'
    where function = 'addSource' and source_id is not null`.execute(db)
}
