import type { Kysely } from 'kysely'
import { nextTurn } from '../../ground/next-turn.ts'
import { compileRows } from '../../store/compile-rows.ts'
import type { Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import type { Discovery, Place } from './discovery.ts'
import { isSameStructure, type FoundStream } from './found-stream.ts'
import { wholeStreams } from './made-streams.ts'
import { forgetMakes, storeMakes } from './make-store.ts'
import type { StreamMake } from './stream-make.ts'
import { notByIndex, streamsWithIds } from './streams-by-id.ts'

type ChangedRow = Omit<Tables['found_stream'], 'check_name' | 'lease'>

/** What became of some of the streams of a discovery. */
export interface StoredPortion {
  /** Streams that were not told before. */
  readonly count: number
  /** Those whose rows have to change when the discovery is published. */
  readonly changed: readonly ChangedRow[]
  /** To be called once it is durable: the discovery goes on from here. */
  keep(): void
}

/**
 * Stores some of what is found: a new stream as a row that is not published, one that differs for later, and of one
 * that is as it was nothing at all.
 */
export async function storeFound(
  tx: Transaction,
  discovery: Discovery,
  found: readonly FoundStream[],
): Promise<StoredPortion> {
  const former = discovery.hasFormer ? await findFormer(tx.db, discovery, found) : new Map<string, Former>()
  const portion = sortOut(discovery, found, former)
  const differing = await findStructures(tx.db, discovery, portion.differing)
  const isReworded = ({ one, row }: Pair) => {
    const texts = differing.get(row.id)
    return row.removed_at === null && texts !== undefined && isSameStructure(texts, { ...one, ...one.make })
  }
  const reworded = portion.differing.filter(isReworded)
  const changed = portion.differing.filter((pair) => !isReworded(pair))
  const staged = [...reworded, ...changed]
  const stored = await storeNewMakes(tx.db, discovery, [...portion.fresh, ...staged])
  const makeIdOf = ({ make: { hash } }: FoundStream) => stored.get(hash) ?? knownMake(discovery, hash)
  const added = await insertNew(tx.db, discovery, portion.fresh, makeIdOf)
  const isAllNew = added === portion.fresh.length
  // Of what was told twice a make may have come that nobody has.
  if (!isAllNew) await forgetMakes(tx.db, discovery.accountId, discovery.sourceId, stored.values())
  const count = added + portion.seen.length
  return {
    count,
    changed: staged.map(({ one, row }, index) => {
      return stagedRow(one, makeIdOf(one), row, discovery.staged + index)
    }),
    keep() {
      if (isAllNew) rememberMakes(discovery, stored)
      for (const row of portion.seen) discovery.seen.add(row.id)
      discovery.moved.push(...portion.moved)
      discovery.last = portion.last
      discovery.count += count
      discovery.added += added + portion.seen.filter((row) => row.removed_at !== null).length
      discovery.kept += portion.seen.filter((row) => row.removed_at === null).length
      discovery.changed += changed.filter(({ row }) => row.removed_at === null).length
      for (const index of reworded.keys()) discovery.reworded.add(discovery.staged + index)
      discovery.staged += staged.length
      discovery.recounted.push(...portion.recounted)
    },
  }
}

interface Former {
  id: number
  tap_stream_id: string
  since: number
  position: number
  schema_hash: string
  row_count: number | null
  access: string | null
  removed_at: number | null
}

interface Pair {
  one: FoundStream
  row: Former
}

/** Rows of these streams, whether they are there or gone. */
async function findFormer(
  db: Kysely<Tables>,
  { accountId, sourceId }: Discovery,
  found: readonly FoundStream[],
): Promise<Map<string, Former>> {
  const rows = await db
    .selectFrom('stream')
    .select(['id', 'tap_stream_id', 'since', 'position', 'schema_hash', 'row_count', 'access', 'removed_at'])
    .where(notByIndex('stream.account_id', accountId))
    .where('source_id', '=', sourceId)
    .where(
      'tap_stream_id',
      'in',
      found.map((one) => one.tap_stream_id),
    )
    .execute()
  return new Map(rows.map((row) => [row.tap_stream_id, row]))
}

/** New streams at one place: who goes by portions of places meets few at each. */
const mostShared = 100

/** Which streams are new, which differ, and where each of them has its place. */
function sortOut(discovery: Discovery, found: readonly FoundStream[], former: ReadonlyMap<string, Former>) {
  const fresh: { one: FoundStream; position: number }[] = []
  const differing: Pair[] = []
  const recounted: Discovery['recounted'] = []
  const seen: Former[] = []
  const moved: Discovery['moved'] = []
  const told = new Set<string>()
  let last: Place = discovery.last
  for (const one of found) {
    const { tap_stream_id: id, schema_hash: hash, row_count: rowCount } = one
    if (told.has(id)) continue
    told.add(id)
    const row = former.get(id)
    if (!row) {
      // Among others it has the place of the one before: who comes after that keeps its own.
      const isShared = discovery.hasFormer && last.position >= 0 && last.shared < mostShared
      const position = isShared ? last.position : last.position + 1
      fresh.push({ one, position })
      last = { position, id: Infinity, shared: isShared ? last.shared + 1 : 0 }
      continue
    }
    if (row.since >= discovery.edition || discovery.seen.has(row.id)) continue
    seen.push(row)
    if (row.position > last.position || (row.position === last.position && row.id > last.id))
      last = { position: row.position, id: row.id, shared: 0 }
    else {
      last = { position: last.position + 1, id: row.id, shared: 0 }
      moved.push(last)
    }
    if (row.removed_at !== null || row.schema_hash !== hash || row.access !== one.access)
      differing.push({ one, row })
    else if (row.row_count !== rowCount) recounted.push({ id: row.id, row_count: rowCount })
  }
  return { fresh, differing, recounted, seen, moved, last }
}

/** The texts of those that may differ in no more than the order of their fields. */
async function findStructures(
  db: Kysely<Tables>,
  { accountId, sourceId }: Discovery,
  pairs: readonly Pair[],
) {
  if (pairs.length === 0) return new Map<number, never>()
  const ids = pairs.map(({ row }) => row.id)
  const rows = await wholeStreams(streamsWithIds(db, accountId, sourceId, ids)).execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** The makes of these that are not known to be stored, stored. Returns their ids by hash. */
async function storeNewMakes(
  db: Transaction['db'],
  discovery: Discovery,
  streams: readonly { one: FoundStream }[],
): Promise<Map<string, number>> {
  const makes = new Map<string, StreamMake>()
  for (const {
    one: { make },
  } of streams)
    if (!discovery.makes.has(make.hash)) makes.set(make.hash, make)
  return storeMakes(db, discovery, makes)
}

function knownMake({ makes }: Discovery, hash: string): number {
  const id = makes.get(hash)
  if (id === undefined) throw new Error('A make was not stored.')
  return id
}

/** Makes that a discovery keeps in mind: a few, unless nearly all are different. */
const mostMakes = 10_000

function rememberMakes({ makes }: Discovery, stored: ReadonlyMap<string, number>): void {
  if (makes.size + stored.size > mostMakes) makes.clear()
  for (const [hash, id] of stored) makes.set(hash, id)
}

type NewRow = Omit<Tables['stream'], 'id' | 'since'> & { since: number }

/** Rows per statement. */
const rowsAtOnce = 100

const insertRows = compileRows<NewRow>(rowsAtOnce, (db, rows) =>
  db
    .insertInto('stream')
    .values(
      rows.map((row) => ({
        account_id: row.account_id,
        source_id: row.source_id,
        since: row.since,
        position: row.position,
        tap_stream_id: row.tap_stream_id,
        stream_name: row.stream_name,
        search_text: row.search_text,
        make_id: row.make_id,
        own_entry: row.own_entry,
        schema_hash: row.schema_hash,
        field_count: row.field_count,
        is_view: row.is_view,
        row_count: row.row_count,
        access: row.access,
        selected: row.selected,
        replication_method: row.replication_method,
        replication_key: row.replication_key,
        view_key_properties: row.view_key_properties,
        field_selection: row.field_selection,
        change: row.change,
        removed_at: row.removed_at,
      })),
    )
    // Told twice.
    .onConflict((conflict) => conflict.columns(['source_id', 'tap_stream_id']).doNothing()),
)

async function insertNew(
  db: Transaction['db'],
  { accountId, sourceId, edition }: Discovery,
  fresh: readonly { one: FoundStream; position: number }[],
  makeIdOf: (one: FoundStream) => number,
): Promise<number> {
  let added = 0
  for (let start = 0; start < fresh.length; start += rowsAtOnce) {
    const rows = fresh.slice(start, start + rowsAtOnce).map(({ one, position }): NewRow => {
      return {
        account_id: accountId,
        source_id: sourceId,
        since: edition,
        position,
        ...one,
        make_id: makeIdOf(one),
        change: null,
        removed_at: null,
      }
    })
    added += Number((await insertRows(db, rows)).numAffectedRows ?? 0)
    await nextTurn()
  }
  return added
}

function stagedRow(one: FoundStream, make_id: number, { id }: Former, position: number): ChangedRow {
  const { tap_stream_id, stream_name, search_text, own_entry, schema_hash } = one
  const { field_count, is_view, row_count, access, replication_method, view_key_properties } = one
  const texts = { tap_stream_id, stream_name, search_text, own_entry, schema_hash }
  return {
    position,
    stream_id: id,
    make_id,
    ...texts,
    field_count,
    is_view,
    row_count,
    access,
    replication_method,
    view_key_properties,
  }
}
