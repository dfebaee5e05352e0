import { sql } from 'kysely'
import type { AnyDatabase } from './columns.ts'

/**
 * Sources know how many streams they have, so that nobody waits until a hundred thousand are counted; what was chosen
 * and what is new among them is found without looking at all.
 */
export async function counts(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('source').addColumn('stream_counts', 'text').execute()
  const here = sql`removed_at is null`
  const free = sql`(field_count > 0 and (is_view = 0 or view_key_properties is not null)
    and (replication_method is null or replication_method <> 'INCREMENTAL' or replication_key is not null))`
  const counting = (condition: ReturnType<typeof sql>, name: string) =>
    sql<number>`sum(case when ${condition} then 1 else 0 end)`.as(name)
  const rows = await db
    .selectFrom('stream')
    .select(['account_id', 'source_id'])
    .select([
      counting(here, 'count'),
      counting(sql`${here} and ${free}`, 'selectable'),
      counting(sql`${here} and selected = 1`, 'selected'),
      counting(sql`${here} and selected = 1 and ${free}`, 'ticked'),
      counting(sql`${here} and change = 'added'`, 'added'),
      counting(sql`${here} and change = 'changed'`, 'changed'),
      counting(sql`not (${here}) and selected = 1 and change is not null`, 'removed'),
    ])
    .groupBy(['account_id', 'source_id'])
    .execute()
  for (const { account_id: accountId, source_id: sourceId, ...counted } of rows) {
    const kept = Object.fromEntries(Object.entries(counted).map(([name, count]) => [name, Number(count)]))
    await db
      .updateTable('source')
      .set({ stream_counts: JSON.stringify(kept) })
      .where('account_id', '=', accountId)
      .where('id', '=', sourceId)
      .execute()
  }
  await sql`create index stream_chosen on stream
    (account_id, source_id, selected, tap_stream_id, field_count, removed_at) where selected is not null`.execute(
    db,
  )
  await sql`create index stream_news on stream (account_id, source_id, change, position) where change is not null`.execute(
    db,
  )
}
