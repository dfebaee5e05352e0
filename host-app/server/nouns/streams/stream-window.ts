import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import { replicationMethods } from '@bobbin/shared/catalog'
import type { SelectionRule } from '@bobbin/shared/selection-rules'
import { searchWords } from '@bobbin/shared/stream-search'
import type { StreamSearch, StreamTally, StreamWindow } from '@bobbin/shared/wizard-api'
import type { Tables } from '../../store/tables.ts'
import { matchesText } from './matches-text.ts'
import { presentStreams } from './selection-queries.ts'
import { findPreselected } from './shown-streams.ts'
import { readAccess } from './stream-access.ts'
import { blockedSentence, isFree } from './stream-choice.ts'
import { type StreamCounts, findCounts } from './stream-counts.ts'
import { type Places, placesOfStreams } from './stream-places.ts'
import { isAmong } from './streams-by-id.ts'
import { findTokenRules, type StreamTarget, type TokenRules } from './token-rules.ts'

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
  'access',
] as const

/**
 * Some of the streams that a search leaves, in the order of discovery, as they are shown while what was ticked is
 * not saved. Read from an index alone; what has to look at every stream does so in portions.
 */
export async function findStreamWindow(
  db: Kysely<Tables>,
  target: StreamTarget,
  search: StreamSearch,
  limit: number,
): Promise<StreamWindow> {
  const { accountId, sourceId } = target
  for (let tries = 1; ; tries += 1) {
    const version = await findVersion(db, target)
    const rules = await findTokenRules(db, target)
    const preselected = new Set((await findPreselected(db, target, rules)).map((row) => row.id))
    const present = presentStreams(db, accountId, sourceId)
    const { rows, tally } = await readWindow(rules ? present.where(rules.isListed) : present, {
      search,
      limit,
      preselected,
      rules,
      counts: await findCounts(db, accountId, sourceId),
      places: placesOfStreams(db, accountId, sourceId),
    })
    // Portions of two times do not go together.
    if (tries < mostTries && version !== (await findVersion(db, target))) continue
    const required = new Set(rules?.required.map((one) => one.tap_stream_id))
    return windowOf(rows, { version, tally, preselected, required })
  }
}

/** Rows that one statement may pass before those that are wanted. */
const mostPassed = 5_000

/** Whoever asks while the streams change all the time gets them as they come: the next answer has another version. */
const mostTries = 3

type Query = ReturnType<typeof presentStreams>

async function readWindow(
  present: Query,
  {
    search: { q, only_selected: onlySelected, matching, ticked, unticked, offset, with_tally: withTally },
    limit,
    preselected,
    rules,
    counts,
    places,
  }: {
    search: StreamSearch
    limit: number
    preselected: ReadonlySet<number>
    rules: Pick<TokenRules, 'isRequired' | 'isNarrow'> | null
    counts: StreamCounts
    places: AsyncIterable<Places>
  },
) {
  const byRules = tickByRules(matching, [...preselected], rules?.isRequired)
  const found = present
    .where(matchesText(q))
    .$if(onlySelected, (query) => query.where(sql<SqlBool>`${tick(byRules, ticked, unticked)} = 1`))
  const read = (query: Query, most: number, past: number) =>
    query.select(listed).orderBy('position').orderBy('id').limit(most).offset(past).execute()
  const kept = {
    count: counts.count,
    selectable: counts.selectable,
    selected: counts.ticked + preselected.size,
  }
  const isNarrowed = onlySelected || searchWords(q).length > 0 || rules?.isNarrow === true
  // What a token leaves of them nobody has counted.
  const isRuled = matching.length > 0 || rules !== null
  if (!isNarrowed && !(withTally && isRuled) && offset < mostPassed) {
    return { rows: await read(found, limit, offset), tally: withTally ? { all: kept, found: kept } : null }
  }

  const rows: Awaited<ReturnType<typeof read>> = []
  let tally: StreamTally = { all: isRuled ? none : kept, found: none }
  let past = offset
  for await (const { from, before } of places) {
    const within = (query: Query) => query.where('position', '>=', from).where('position', '<', before)
    if (withTally) {
      const all = isRuled ? sum(tally.all, await countStreams(within(present), byRules)) : kept
      const more = await countStreams(within(found), byRules)
      tally = { all, found: sum(tally.found, more) }
    }
    const passed = past > 0 ? await countRows(within(found)) : 0
    if (past > 0 && passed <= past) past -= passed
    else if (rows.length < limit) {
      rows.push(...(await read(within(found), limit - rows.length, past)))
      past = 0
    } else if (!withTally) break
  }
  return { rows, tally: withTally ? tally : null }
}

type Row = Awaited<ReturnType<typeof readWindow>>['rows'][number]

function windowOf(
  rows: readonly Row[],
  {
    version,
    tally,
    preselected,
    required,
  }: {
    version: number
    tally: StreamTally | null
    preselected: ReadonlySet<number>
    required: ReadonlySet<string>
  },
): StreamWindow {
  return {
    version,
    tally,
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
    required: rows.map((row) => required.has(row.tap_stream_id)),
    access: rows.map((row) => readAccess(row.access)),
    blocked: rows.map((row) => (row.access === null ? blockedSentence(row) : null)),
  }
}

async function findVersion(db: Kysely<Tables>, { accountId, sourceId }: StreamTarget): Promise<number> {
  const source = await db
    .selectFrom('source')
    .select('selection_version')
    .where('account_id', '=', accountId)
    .where('id', '=', sourceId)
    .executeTakeFirst()
  return source?.selection_version ?? 0
}

/** 1 or 0: whether the stream is shown as ticked, going by rules and what was chosen before. */
function tickByRules(
  rules: readonly SelectionRule[],
  preselected: readonly number[],
  isRequired: RawBuilder<SqlBool> = sql<SqlBool>`1 = 0`,
): RawBuilder<number> {
  const last = rules
    .toReversed()
    .map(({ q, selected }) => sql`when ${matchesText(q)} then ${sql.lit(Number(selected))}`)
  return sql<number>`case when not ${isFree} then 0 when ${isRequired} then 1 ${sql.join(last, sql` `)}
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

const none = { count: 0, selectable: 0, selected: 0 }
type Tally = typeof none

async function countStreams(query: Query, ticked: RawBuilder<number>): Promise<Tally> {
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

async function countRows(query: Query): Promise<number> {
  const { count } = await query.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  return Number(count)
}

function sum(one: Tally, other: Tally): Tally {
  return {
    count: one.count + other.count,
    selectable: one.selectable + other.selectable,
    selected: one.selected + other.selected,
  }
}
