import {
  replicationMethods,
  writableMetadataKeys,
  type MetadataUpdate,
  type WrittenEntry,
} from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'
import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import { openStreams, writeChoices, type OpenStream } from './choice-store.ts'
import { changeChoice, type ChoiceChange } from './selection-rules.ts'
import { emptyTally, tallyChoice, type SelectionTally } from './selection-tally.ts'
import { nextVersion } from './selection-version.ts'
import { countingChange } from './stream-counts.ts'
import type { StreamChoice } from './stream-choice.ts'
import { notByIndex } from './streams-by-id.ts'

/**
 * Stitch's PUT: partial, many streams, all or nothing. Throws InvalidProperties with `invalid_fields` in
 * Stitch's words where it had some. Returns what it did.
 */
export async function updateMetadata(
  tx: Transaction,
  accountId: number,
  sourceId: number,
  { streams: updated }: MetadataUpdate,
): Promise<SelectionTally> {
  const updates = updated.map(({ tap_stream_id: id, metadata }) => {
    if (typeof id !== 'string') throw invalidFields('invalid tap-stream-ids:  [nil]')
    return { id, metadata }
  })
  const ids = [...new Set(updates.map(({ id }) => id))]
  const opened = await openStreams(tx.db, accountId, sourceId, ids)
  const unknown = ids.filter((id) => !opened.has(id)).slice(0, mostTold)
  if (unknown.length > 0) {
    const fields = Object.fromEntries(unknown.map((id) => [id, 'There is no such stream.']))
    throw invalidFields(`invalid tap-stream-ids:  [${unknown.join(' ')}]`, fields)
  }

  const before = new Map(opened)
  const faults = new Map<string, Fault>()
  for (const { id, metadata } of updates) {
    const stream = opened.get(id)
    if (!stream || faults.has(id)) continue
    const result = decide(stream, metadata)
    if ('sentence' in result) faults.set(id, result)
    else opened.set(id, { ...stream, choice: result })
  }
  if (faults.size > 0) throw refusal(faults)
  const streams = [...opened.values()]
  await countingChange(
    tx,
    accountId,
    sourceId,
    streams.map(({ id }) => id),
    async () => {
      await writeChoices(tx.db, accountId, sourceId, streams)
      await markSeen(tx, accountId, sourceId, streams)
    },
  )
  await nextVersion(tx, accountId, sourceId)
  const tally = emptyTally()
  for (const [id, stream] of opened) tallyChoice(tally, before.get(id) ?? stream, stream.choice)
  return tally
}

/** Nobody reads ten thousand sentences. */
const mostTold = 100

/** A sentence about one stream; `words` are Stitch's, where it had some for the case. */
interface Fault {
  sentence: string
  words?: string
}

function decide(stream: OpenStream, entries: readonly WrittenEntry[]): StreamChoice | Fault {
  const change = parseEntries(entries)
  if ('sentence' in change) return change
  const ruling = changeChoice(stream.description, stream.choice, change)
  if ('fault' in ruling) {
    const words = ruling.isUnsupportedField ? 'Unsupported fields cannot be selected by default' : undefined
    return { sentence: ruling.fault, ...(words === undefined ? {} : { words }) }
  }
  const asksForFields = [...(change.fields?.values() ?? [])].includes(true)
  if (asksForFields && !ruling.choice.selected) {
    return { sentence: 'Select the stream before its fields, or with them.' }
  }
  return ruling.choice
}

/** `invalid_fields` in Stitch's words where it had some, and in ours where it did not. */
function refusal(faults: ReadonlyMap<string, Fault>): AppError {
  const told = [...faults].slice(0, mostTold)
  const fields = Object.fromEntries(told.map(([id, { sentence }]) => [id, sentence]))
  const words = told.find(([, fault]) => fault.words !== undefined)?.[1].words
  return invalidFields(
    words ?? told.map(([id, { sentence }]) => `${isolated(id)}: ${sentence}`).join(' '),
    fields,
  )
}

/** Only these streams were looked at; the others keep what is new about them. */
async function markSeen(
  tx: Transaction,
  accountId: number,
  sourceId: number,
  streams: readonly OpenStream[],
): Promise<void> {
  for (let start = 0; start < streams.length; start += 1_000) {
    await tx.db
      .updateTable('stream')
      .set({ change: null })
      .where(notByIndex('stream.account_id', accountId))
      .where(notByIndex('stream.source_id', sourceId))
      .where('change', 'is not', null)
      .where(
        'id',
        'in',
        streams.slice(start, start + 1_000).map(({ id }) => id),
      )
      .execute()
  }
}

/** Stitch's entries as one change. The later of two entries wins. */
function parseEntries(entries: readonly WrittenEntry[]): ChoiceChange | Fault {
  const change: ChoiceChange = {}
  const fields = new Map<string, boolean | null>()
  for (const { breadcrumb: own, breadcrumbs: other, metadata } of entries) {
    const breadcrumb = own ?? other ?? []
    const foreign = Object.keys(metadata).filter(
      (key) => !writableMetadataKeys.some((known) => known === key),
    )
    if (foreign.length > 0) {
      return inStitchsWords((name) => {
        const keys = foreign.map((key) => `"${name(key)}"`).join(' ')
        return `only non-discoverable metadata can be produced by the UI: #{${keys}}`
      })
    }
    if (breadcrumb.length === 0) {
      const parsed = parseStreamMetadata(metadata)
      if ('sentence' in parsed) return parsed
      Object.assign(change, parsed)
      continue
    }
    const [root, name, ...deeper] = breadcrumb
    if (root !== 'properties' || name === undefined || deeper.length > 0) {
      return inStitchsWords((name) => `invalid breadcrumb: [${name(breadcrumb.join(' '))}]`)
    }
    const { selected, ...rest } = metadata
    if (Object.keys(rest).length > 0) {
      return inStitchsWords(
        (name) => `only "selected" can be set on a field: [${name(breadcrumb.join(' '))}]`,
      )
    }
    if (selected === undefined) continue
    if (!isBooleanOrNull(selected)) return inStitchsWords('"selected" must be true, false or null')
    fields.set(name, selected)
  }
  return fields.size > 0 ? { ...change, fields } : change
}

function parseStreamMetadata(metadata: Record<string, unknown>): ChoiceChange | Fault {
  const change: ChoiceChange = {}
  const { selected, 'replication-method': method } = metadata
  const { 'replication-key': key, 'view-key-properties': viewKeys } = metadata
  if (selected !== undefined) {
    if (!isBooleanOrNull(selected)) return inStitchsWords('"selected" must be true, false or null')
    change.selected = selected
  }
  if (method !== undefined) {
    const known = replicationMethods.find((candidate) => candidate === method)
    if (!known && method !== null) {
      return inStitchsWords(`"replication-method" must be one of ${replicationMethods.join(', ')}`)
    }
    change.method = known ?? null
  }
  if (key !== undefined) {
    if (key !== null && typeof key !== 'string') return inStitchsWords('"replication-key" must be a string')
    change.replicationKey = key
  }
  if (viewKeys !== undefined) {
    const names: unknown[] = viewKeys === null ? [] : Array.isArray(viewKeys) ? viewKeys : [null]
    const texts = names.filter((name) => typeof name === 'string')
    if (texts.length !== names.length) {
      return inStitchsWords('"view-key-properties" must be an array of strings')
    }
    change.viewKeys = [...new Set(texts)]
  }
  return change
}

function isBooleanOrNull(value: unknown): value is boolean | null {
  return typeof value === 'boolean' || value === null
}

/**
 * A fault of the message rather than of the choice: `invalid_fields` says just this, to the letter. The same as a
 * sentence has what the caller called things isolated.
 */
function inStitchsWords(words: string | ((name: (text: string) => string) => string)): Fault {
  if (typeof words === 'string') return { sentence: words, words }
  return { sentence: words(isolated), words: words((text) => text) }
}

function invalidFields(words: string, fields: Record<string, string> = {}): AppError {
  return new AppError('InvalidProperties', { data: { invalid_fields: words, fields } })
}
