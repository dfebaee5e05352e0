import {
  replicationMethods,
  writableMetadataKeys,
  type MetadataEntry,
  type MetadataUpdate,
} from '@bobbin/shared/catalog'
import { AppError } from '../app-error.ts'
import type { Transaction } from '../storage/database.ts'
import { openStreams, writeChoices, type OpenStream } from './choice-store.ts'
import { changeChoice, type ChoiceChange } from './selection-rules.ts'

/**
 * Stitch's PUT: partial, many streams, all or nothing. Throws InvalidProperties with `invalid_fields` in
 * Stitch's words where it had some.
 */
export async function updateMetadata(
  tx: Transaction,
  accountId: number,
  sourceId: number,
  { streams }: MetadataUpdate,
): Promise<void> {
  const ids = [...new Set(streams.map((stream) => stream.tap_stream_id))]
  const opened = await openStreams(tx.db, accountId, sourceId, ids)
  const unknown = ids.filter((id) => !opened.has(id))
  if (unknown.length > 0) throw invalidFields(`invalid tap-stream-ids:  [${unknown.join(' ')}]`)

  const fields: Record<string, string> = {}
  for (const { tap_stream_id: id, metadata } of streams) {
    const stream = opened.get(id)
    if (!stream) continue
    const change = parseEntries(metadata)
    const ruling = changeChoice(stream.description, stream.choice, change)
    if ('fault' in ruling) {
      if (ruling.isUnsupportedField) throw invalidFields('Unsupported fields cannot be selected by default')
      fields[id] ??= ruling.fault
    } else if (!ruling.choice.selected && [...(change.fields?.values() ?? [])].includes(true)) {
      fields[id] ??= 'Select the stream before its fields, or with them.'
    } else {
      opened.set(id, { ...stream, choice: ruling.choice })
    }
  }
  const faults = Object.entries(fields)
  if (faults.length > 0) {
    throw invalidFields(faults.map(([id, sentence]) => `${id}: ${sentence}`).join(' '), fields)
  }
  await writeChoices(tx.db, accountId, sourceId, [...opened.values()])
  await markSeen(tx, accountId, sourceId, [...opened.values()])
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
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
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
function parseEntries(entries: readonly MetadataEntry[]): ChoiceChange {
  const change: ChoiceChange = {}
  const fields = new Map<string, boolean | null>()
  for (const { breadcrumb, metadata } of entries) {
    const foreign = Object.keys(metadata).filter(
      (key) => !writableMetadataKeys.some((known) => known === key),
    )
    if (foreign.length > 0) {
      const keys = foreign.map((key) => `"${key}"`).join(' ')
      throw invalidFields(`only non-discoverable metadata can be produced by the UI: #{${keys}}`)
    }
    if (breadcrumb.length === 0) {
      Object.assign(change, parseStreamMetadata(metadata))
      continue
    }
    const [root, name, ...deeper] = breadcrumb
    if (root !== 'properties' || name === undefined || deeper.length > 0) {
      throw invalidFields(`invalid breadcrumb: [${breadcrumb.join(' ')}]`)
    }
    const { selected, ...rest } = metadata
    if (Object.keys(rest).length > 0) {
      throw invalidFields(`only "selected" can be set on a field: [${breadcrumb.join(' ')}]`)
    }
    if (selected !== undefined) fields.set(name, booleanOrNull(selected))
  }
  return fields.size > 0 ? { ...change, fields } : change
}

function parseStreamMetadata(metadata: Record<string, unknown>): ChoiceChange {
  const change: ChoiceChange = {}
  const { selected, 'replication-method': method } = metadata
  const { 'replication-key': key, 'view-key-properties': viewKeys } = metadata
  if (selected !== undefined) change.selected = booleanOrNull(selected)
  if (method !== undefined) {
    const known = replicationMethods.find((candidate) => candidate === method)
    if (!known && method !== null) {
      throw invalidFields(`"replication-method" must be one of ${replicationMethods.join(', ')}`)
    }
    change.method = known ?? null
  }
  if (key !== undefined) {
    if (key !== null && typeof key !== 'string') throw invalidFields('"replication-key" must be a string')
    change.replicationKey = key
  }
  if (viewKeys !== undefined) {
    const names: unknown[] = viewKeys === null ? [] : Array.isArray(viewKeys) ? viewKeys : [null]
    const texts = names.filter((name) => typeof name === 'string')
    if (texts.length !== names.length) {
      throw invalidFields('"view-key-properties" must be an array of strings')
    }
    change.viewKeys = texts
  }
  return change
}

function booleanOrNull(value: unknown): boolean | null {
  if (typeof value === 'boolean' || value === null) return value
  throw invalidFields('"selected" must be true, false or null')
}

function invalidFields(words: string, fields: Record<string, string> = {}): AppError {
  return new AppError('InvalidProperties', { data: { invalid_fields: words, fields } })
}
