import { sql, type Kysely } from 'kysely'
import type { DefaultStreams } from '@bobbin/shared/flow'
import type { Tables } from '../../store/tables.ts'
import { wholeStreams } from './made-streams.ts'
import { describeRow, presentStreams } from './selection-queries.ts'
import { includedFields, isFree, type StreamChoice } from './stream-choice.ts'
import type { StreamDescription } from './stream-description.ts'
import { type Places, placesOfStreams } from './stream-places.ts'
import { streamsCalled } from './streams-by-id.ts'
import { findTokenRules, type StreamTarget } from './token-rules.ts'

type DefaultValue = DefaultStreams[string]

interface StreamNames {
  tap_stream_id: string
  stream_name: string
}

/**
 * What the page suggests for each stream, by `tap_stream_id`. A key of `default_streams` is first a
 * `tap_stream_id`; where no stream has that, it names every stream with that `stream_name`.
 */
function matchDefaults(
  streams: readonly StreamNames[],
  defaults: DefaultStreams | null,
): { byId: Map<string, DefaultValue>; unmatched: string[] } {
  const byId = new Map<string, DefaultValue>()
  const entries = Object.entries(defaults ?? {})
  if (entries.length === 0) return { byId, unmatched: [] }
  const ids = new Set(streams.map((stream) => stream.tap_stream_id))
  const byName = Map.groupBy(streams, (stream) => stream.stream_name)
  const unmatched: string[] = []
  for (const [key, value] of entries) {
    if (ids.has(key)) continue
    const named = byName.get(key)
    if (!named) unmatched.push(key)
    for (const stream of named ?? []) byId.set(stream.tap_stream_id, value)
  }
  for (const [key, value] of entries) if (ids.has(key)) byId.set(key, value)
  return { byId, unmatched }
}

/** Streams whose names are looked up by one statement. */
const namesAtOnce = 5_000

/** The streams that the page names, by id or by name: a name counts where no stream has it as its id. */
async function findNamed(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  defaults: DefaultStreams | null,
) {
  const names = Object.keys(defaults ?? {})
  const found = new Map<number, Awaited<ReturnType<typeof read>>[number]>()
  const read = (some: readonly string[], { from, before }: Places) =>
    presentStreams(db, accountId, sourceId)
      .select(['id', 'tap_stream_id', 'stream_name', 'selected', 'access'])
      .select(sql<number>`${isFree}`.as('is_free'))
      .where('position', '>=', from)
      .where('position', '<', before)
      .where((eb) => eb.or([eb('tap_stream_id', 'in', some), eb('stream_name', 'in', some)]))
      .orderBy('position')
      .execute()
  for (let start = 0; start < names.length; start += namesAtOnce) {
    const some = names.slice(start, start + namesAtOnce)
    for await (const places of placesOfStreams(db, accountId, sourceId)) {
      for (const row of await read(some, places)) found.set(row.id, row)
    }
  }
  return [...found.values()]
}

/** The streams that the page suggests something for, with it. */
export async function findSuggestions(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  defaults: DefaultStreams | null,
) {
  const rows = await findNamed(db, accountId, sourceId, defaults)
  const { byId } = matchDefaults(rows, defaults)
  return rows.map((row) => ({ ...row, suggestion: byId.get(row.tap_stream_id) }))
}

/** Whether the suggestion is to select the stream. An object of fields is. */
export function isSuggested(value: DefaultValue | undefined): boolean {
  return value !== undefined && value !== false
}

/** The fields that a suggestion names. */
export function suggestedFields(value: DefaultValue | undefined): Map<string, boolean> {
  return new Map(typeof value === 'object' ? Object.entries(value) : [])
}

/**
 * What of a suggestion can be had. It is the page's, not the person's: a field that does not exist, about
 * which there is no choice, or that an earlier one excludes, is left out without a word.
 */
export function allowedSuggestion(
  description: StreamDescription,
  before: StreamChoice,
  suggestion: ReadonlyMap<string, boolean>,
): Map<string, boolean> {
  const available = new Set(
    description.fields.filter(({ inclusion }) => inclusion === 'available').map(({ name }) => name),
  )
  const fields = new Map([...suggestion].filter(([name]) => available.has(name)))
  const included = includedFields(description, { ...before, fields })
  return new Map([...fields].filter(([name, isWanted]) => !isWanted || included.has(name)))
}

/** Names in `default_streams` that matched nothing, or asked for what cannot be; fields as `stream.field`. */
export async function findIgnoredDefaults(db: Kysely<Tables>, target: StreamTarget): Promise<string[]> {
  const { accountId, sourceId, defaults } = target
  if (defaults === null) return []
  const rules = await findTokenRules(db, target)
  const streams = await findNamed(db, accountId, sourceId, defaults)
  const { byId, unmatched } = matchDefaults(streams, defaults)
  const ignored = [...unmatched]
  const canBeHad = streams.filter((one) => one.access === null && rules?.lists(one.tap_stream_id) !== false)
  const readable = new Set(canBeHad.flatMap((one) => [one.tap_stream_id, one.stream_name]))
  for (const [key, value] of Object.entries(defaults)) {
    if (unmatched.includes(key)) continue
    if (isSuggested(value) && !readable.has(key)) ignored.push(key)
    if (typeof value !== 'object' || !readable.has(key)) continue
    const ids = streams
      .filter((stream) => byId.get(stream.tap_stream_id) === value)
      .map((stream) => stream.tap_stream_id)
    const names = await findAvailableFields(db, accountId, sourceId, ids)
    ignored.push(...Object.keys(value).flatMap((field) => (names.has(field) ? [] : [`${key}.${field}`])))
  }
  return ignored
}

/** The fields of these streams about which there is a choice. */
async function findAvailableFields(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  ids: readonly string[],
): Promise<Set<string>> {
  const names = new Set<string>()
  for (let start = 0; start < ids.length; start += 100) {
    const some = ids.slice(start, start + 100)
    const rows = await wholeStreams(streamsCalled(db, accountId, sourceId, some)).execute()
    for (const field of rows.flatMap((row) => describeRow(row).fields)) {
      if (field.inclusion === 'available') names.add(field.name)
    }
  }
  return names
}
