import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import type { DefaultStreams } from '@bobbin/shared/flow'
import type { TokenStreams } from '@bobbin/shared/session'
import type { Tables } from '../../store/tables.ts'
import { presentStreams } from './selection-queries.ts'
import { blockedSentence } from './stream-choice.ts'
import { placesOfStreams } from './stream-places.ts'
import { isAmong, streamsCalled } from './streams-by-id.ts'

/** What the token of a flow says of the streams, found among those that the source has. */
export interface TokenRules {
  /** What has to come along; `blocked`: why it cannot. */
  readonly required: readonly RequiredStream[]
  /** Whether the flow shows it at all. */
  lists(tapStreamId: string): boolean
  /** The same as a condition on rows of `stream`. */
  readonly isListed: RawBuilder<SqlBool>
  /** The condition "it has to come along". */
  readonly isRequired: RawBuilder<SqlBool>
  /** Few are listed of perhaps very many. */
  readonly isNarrow: boolean
  /** Names that no stream has. */
  readonly unknown: readonly string[]
}

interface RequiredStream {
  readonly tap_stream_id: string
  readonly blocked: string | null
}

/** Which streams of which account, as a flow sees them. */
export interface StreamTarget {
  accountId: number
  sourceId: number
  /** What the page suggests for those never chosen. */
  defaults: DefaultStreams | null
  /** What the flow's token says of them; null for callers of the API. */
  token: TokenStreams | null
}

type Target = Omit<StreamTarget, 'defaults'>

/** null: the token says nothing. */
export async function findTokenRules(db: Kysely<Tables>, target: Target): Promise<TokenRules | null> {
  const { token } = target
  if (token === null) return null
  const { required = [], allowed, hidden = [] } = token
  const named = await findCalled(db, target, [...new Set([...required, ...(allowed ?? []), ...hidden])])
  const rowsOf = (names: readonly string[]) =>
    new Map(names.flatMap((name) => named.get(name) ?? []).map((row) => [row.id, row]))
  const needed = rowsOf(required)
  // Needed, and hidden by another of its names: what is needed is shown.
  const out = new Map([...rowsOf(hidden)].filter(([id]) => !needed.has(id)))
  const within = allowed && new Map([...needed, ...rowsOf(allowed)].filter(([id]) => !out.has(id)))
  const listedIds = new Set([...(within ?? out).values()].map((row) => row.tap_stream_id))
  const isNamed = isAmong([...(within ?? out).keys()])
  return {
    required: [...needed.values()].map((row) => ({
      tap_stream_id: row.tap_stream_id,
      blocked: blockedSentence(row),
    })),
    lists: (id) => listedIds.has(id) === (within !== undefined),
    isListed: within ? isNamed : sql<SqlBool>`not ${isNamed}`,
    isRequired: isAmong([...needed.keys()]),
    isNarrow: within !== undefined,
    unknown: [...new Set([...required, ...(allowed ?? []), ...hidden])].filter((name) => !named.has(name)),
  }
}

/** Streams whose names are looked up by one statement. */
const namesAtOnce = 1_000

const columns = [
  'id',
  'tap_stream_id',
  'stream_name',
  'access',
  'is_view',
  'field_count',
  'replication_method',
  'replication_key',
  'view_key_properties',
] as const

/** Streams by what they are called: by id, which costs nothing, and by name where none has that as its id. */
async function findCalled(
  db: Kysely<Tables>,
  { accountId, sourceId }: Target,
  names: readonly string[],
): Promise<Map<string, RowOfStream[]>> {
  const found = new Map<string, RowOfStream[]>()
  for (let start = 0; start < names.length; start += namesAtOnce) {
    const some = names.slice(start, start + namesAtOnce)
    const rows = await streamsCalled(db, accountId, sourceId, some).select(columns).execute()
    for (const row of rows) found.set(row.tap_stream_id, [row])
  }
  const left = names.filter((name) => !found.has(name))
  for (let start = 0; start < left.length; start += namesAtOnce) {
    const some = left.slice(start, start + namesAtOnce)
    for await (const { from, before } of placesOfStreams(db, accountId, sourceId)) {
      const rows = await presentStreams(db, accountId, sourceId)
        .select(columns)
        .where('position', '>=', from)
        .where('position', '<', before)
        .where('stream_name', 'in', some)
        .execute()
      for (const row of rows) found.set(row.stream_name, [...(found.get(row.stream_name) ?? []), row])
    }
  }
  return found
}

type RowOfStream = Pick<Tables['stream'], Exclude<(typeof columns)[number], 'id'>> & { id: number }
