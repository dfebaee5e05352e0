import { sql } from 'kysely'
import type { AnyDatabase } from './columns.ts'

/** Accounts take turns at the workers, so what waits is found by account. A check says how far it has come. */
export async function turns(db: AnyDatabase): Promise<void> {
  await sql`create index check_job_account on check_job (account_id, created_at, name)
    where status in ('queued', 'running')`.execute(db)
  await sql`create index webhook_delivery_account on webhook_delivery (account_id, due_at)
    where due_at is not null`.execute(db)
  await sql`create index webhook_delivery_next on webhook_delivery (webhook_id, due_at, id)
    where due_at is not null`.execute(db)
  await sql`create index webhook_delivery_held on webhook_delivery (account_id, webhook_id, due_at, lease)
    where lease is not null`.execute(db)
  for (const name of ['due', 'leased']) await db.schema.dropIndex(`webhook_delivery_${name}`).execute()
  await db.schema.alterTable('check_job').addColumn('phase', 'text').execute()
}
