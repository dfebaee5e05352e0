import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import { replicationMethods } from '@bobbin/shared/catalog'
import type { DefaultStreams } from '@bobbin/shared/flow'
import type { SelectionRule } from '@bobbin/shared/selection-rules'
import { searchWords } from '@bobbin/shared/stream-search'
import type { StreamSearch, StreamTally, StreamWindow } from '@bobbin/shared/wizard-api'
import type { Tables } from '../../store/tables.ts'
import { matchesText } from './matches-text.ts'
import { presentStreams } from './selection-queries.ts'
import { findPreselected, isAmong } from './shown-streams.ts'
import { blockedSentence, isFree } from './stream-choice.ts'

/** Whose streams, and what the page suggested for those never chosen. */
export interface WindowTarget {
  accountId: number
  sourceId: number
  defaults: DefaultStreams | null
}

const listed = [
  'id',
  'tap_stream_id',
  'stream_name',
  'selected',
  'is_view',
  'row_count',
  'field_count',
  'replication_method',
  'replication_key',
  'view_key_properties',
  'change',
] as const

/**
 * Some of the streams that a search leaves, in the order of discovery, as they are shown while what was ticked is
 * not saved. Read from an index alone.
 */
export async function findStreamWindow(
  db: Kysely<Tables>,
  target: WindowTarget,
  { q, only_selected, matching, ticked, unticked, offset, with_tally }: StreamSearch,
  limit: number,
): Promise<StreamWindow> {
  const { accountId, sourceId } = target
  const preselected = new Set((await findPreselected(db, target)).map((row) => row.id))
  const byRules = tickByRules(matching, [...preselected])
  const present = presentStreams(db, accountId, sourceId)
  const isNarrowed = only_selected || searchWords(q).length > 0
  const found = present
    .where(matchesText(q))
    .$if(only_selected, (query) => query.where(sql<SqlBool>`${tick(byRules, ticked, unticked)} = 1`))
  const rows = await found
    .select(listed)
    .orderBy('position')
    .orderBy('id')
    .limit(limit)
    .offset(offset)
    .execute()
  const source = await db
    .selectFrom('source')
    .select('selection_version')
    .where('account_id', '=', accountId)
    .where('id', '=', sourceId)
    .executeTakeFirst()
  return {
    version: source?.selection_version ?? 0,
    tally: with_tally ? await readTally(present, isNarrowed ? found : null, byRules) : null,
    tap_stream_id: rows.map((row) => row.tap_stream_id),
    stream_name: rows.map((row) => row.stream_name),
    selected: rows.map((row) => (row.selected === null ? null : row.selected === 1)),
    preselected: rows.map((row) => preselected.has(row.id)),
    is_view: rows.map((row) => row.is_view === 1),
    row_count: rows.map((row) => row.row_count),
    field_count: rows.map((row) => row.field_count),
    replication_method: rows.map(
      (row) => replicationMethods.find((method) => method === row.replication_method) ?? null,
    ),
    change: rows.map((row) => row.change),
    blocked: rows.map(blockedSentence),
  }
}

/** 1 or 0: whether the stream is shown as ticked, going by rules and what was chosen before. */
function tickByRules(rules: readonly SelectionRule[], preselected: readonly number[]): RawBuilder<number> {
  const last = rules
    .toReversed()
    .map(({ q, selected }) => sql`when ${matchesText(q)} then ${sql.lit(Number(selected))}`)
  return sql<number>`case when not ${isFree} then 0 ${sql.join(last, sql` `)}
    when selected is not null then selected when ${isAmong(preselected)} then 1 else 0 end`
}

/** The same, with what was ticked by hand laid over it. */
function tick(
  byRules: RawBuilder<number>,
  on: readonly string[],
  off: readonly string[],
): RawBuilder<number> {
  const over = ([1, 0] as const).flatMap((value) => {
    const ids = value ? on : off
    return ids.length === 0 ? [] : [sql`when tap_stream_id in (${sql.join(ids)}) then ${sql.lit(value)}`]
  })
  return over.length === 0 ? byRules : sql<number>`case ${sql.join(over, sql` `)} else ${byRules} end`
}

type Query = ReturnType<typeof presentStreams>

async function readTally(
  present: Query,
  found: Query | null,
  ticked: RawBuilder<number>,
): Promise<StreamTally> {
  const count = async (query: Query) => {
    const row = await query
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        sql<number | null>`sum(case when ${isFree} then 1 else 0 end)`.as('selectable'),
        sql<number | null>`sum(${ticked})`.as('selected'),
      ])
      .executeTakeFirstOrThrow()
    return {
      count: Number(row.count),
      selectable: Number(row.selectable ?? 0),
      selected: Number(row.selected ?? 0),
    }
  }
  const all = await count(present)
  // Each counting walks past every stream.
  return { all, found: found ? await count(found) : all }
}
