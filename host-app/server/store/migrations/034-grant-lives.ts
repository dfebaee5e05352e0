import { sql } from 'kysely'
import type { AnyDatabase } from './columns.ts'

/** Grants know when they die, of idleness and in any case, and when they are renewed though nobody asks. */
export async function grantLives(db: AnyDatabase): Promise<void> {
  for (const table of ['credential', 'grant_aside']) {
    for (const column of ['consented_at', 'idle_death', 'absolute_death']) {
      await db.schema.alterTable(table).addColumn(column, 'bigint').execute()
    }
  }
  for (const column of ['renew_unasked_at', 'death_told_at']) {
    await db.schema.alterTable('credential').addColumn(column, 'bigint').execute()
  }
  await sql`create index credential_renew_unasked on credential (renew_unasked_at)
    where renew_unasked_at is not null`.execute(db)
  await sql`create index credential_absolute_death on credential (absolute_death)
    where absolute_death is not null`.execute(db)
}
