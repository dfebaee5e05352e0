import type { CatalogStream, MetadataUpdate, StreamSchema, StreamSummary } from '@bobbin/shared/catalog'
import type { DefaultStreams } from '@bobbin/shared/flow'
import type { TokenStreams } from '@bobbin/shared/session'
import type {
  SelectionRequest,
  StreamColumns,
  StreamFields,
  StreamSearch,
  StreamWindow,
} from '@bobbin/shared/wizard-api'
import { AppError } from '../../ground/app-error.ts'
import type { Registry } from '../../../connectors/registry.ts'
import type { FeedWriter } from '../events/events.ts'
import { infoOfSource, type Selections, type SourceFacts, getSourceRow } from '../sources/sources.ts'
import type { Database, Transaction } from '../../store/database.ts'
import type { Slice, SlicedRows } from '../../store/slice.ts'
import { applySelection } from './apply-selection.ts'
import { findCatalog } from './catalog.ts'
import { findIgnoredDefaults } from './default-streams.ts'
import { copyStreams } from './copy-streams.ts'
import { findSelection, findUsableSelections, hasSchemaChanged } from './selection-queries.ts'
import { tellSelected } from './selection-tally.ts'
import { findSelectionVersion } from './selection-version.ts'
import { findSearchedStreams, findStreamColumns } from './stream-columns.ts'
import { findStreamFields, findStreamSchema } from './stream-details.ts'
import { findSummaries, findSummarySlice, type SummariesFilter } from './stream-summaries.ts'
import { findTokenRules } from './token-rules.ts'
import { leavesNoChoice, requireSkippable } from './token-selection.ts'
import { updateMetadata } from './update-metadata.ts'

export { type Discovery, beginDiscovery, forgetUnpublished } from './discovery.ts'
export { type FoundStream, foundStream } from './found-stream.ts'
export { forgetMakes } from './make-store.ts'
export { accessSentence } from './stream-access.ts'
export { readStream } from './foreign-stream.ts'
export { replaceStreams } from './replace-streams.ts'
export { storeFound } from './store-found.ts'
export { tellSelected } from './selection-tally.ts'

/**
 * The streams of a source and what is chosen among them. Reading is about the streams that are there now;
 * another account's source has none.
 */
export interface Streams {
  /** Every stream, or the first of very many, a column per property. `defaults` only pre-ticks what was never chosen. */
  columns(
    accountId: number,
    sourceId: number,
    defaults: DefaultStreams | null,
    token?: TokenStreams | null,
  ): Promise<StreamColumns>
  /** What a search leaves of very many, some at a time, as it is shown before the changes are saved. */
  find(
    accountId: number,
    sourceId: number,
    search: StreamSearch,
    defaults: DefaultStreams | null,
    token?: TokenStreams | null,
  ): Promise<StreamWindow>
  /** One stream opened. Throws NotFound. */
  fields(
    accountId: number,
    sourceId: number,
    tapStreamId: string,
    defaults: DefaultStreams | null,
    token?: TokenStreams | null,
  ): Promise<StreamFields>
  /**
   * The person's selection, all or nothing. With `defaults`, streams selected for the first time without
   * having been opened get the fields suggested for them. What a token requires is selected, what it does not list is
   * not. Throws InvalidProperties.
   */
  applySelection(
    tx: Transaction,
    accountId: number,
    sourceId: number,
    request: Pick<SelectionRequest, 'changes' | 'matching' | 'as_shown'>,
    defaults?: DefaultStreams | null,
    token?: TokenStreams | null,
  ): Promise<void>
  /** Selects what the token requires, where it leaves nothing else to choose and all of it can be had. Returns whether it did. */
  selectRequired(
    tx: Transaction,
    accountId: number,
    sourceId: number,
    defaults: DefaultStreams | null,
    token: TokenStreams,
  ): Promise<boolean>
  /** Throws InvalidProperties where the token requires streams. */
  requireSkippable(
    accountId: number,
    sourceId: number,
    token: TokenStreams | null,
    tx: Transaction,
  ): Promise<void>
  /** All, in the order of discovery, some at a time. */
  listSummaries(accountId: number, sourceId: number): AsyncIterable<StreamSummary[]>
  /** Some of what the filter leaves, by id. */
  sliceSummaries(
    accountId: number,
    sourceId: number,
    filter: SummariesFilter,
    slice: Slice,
  ): Promise<SlicedRows<StreamSummary>>
  /** Throws NotFound. */
  schemaOf(accountId: number, sourceId: number, streamId: number): Promise<StreamSchema>
  /** Stitch's PUT. Throws SourceNotFound, Conflict before discovery, InvalidProperties with `invalid_fields`. */
  updateMetadata(tx: Transaction, accountId: number, sourceId: number, update: MetadataUpdate): Promise<void>
  /** Rules for all streams whose id or name has a text, one after the other. Throws SourceNotFound, Conflict before discovery. */
  selectMatching(
    tx: Transaction,
    accountId: number,
    sourceId: number,
    matching: readonly { q: string; selected: boolean }[],
  ): Promise<void>
  /** Counts whatever changes the streams or their selection. Throws SourceNotFound. */
  version(accountId: number, sourceId: number, tx?: Transaction): Promise<number>
  /** The streams of the Singer catalog with the selection written out, some at a time. */
  catalog(accountId: number, sourceId: number): AsyncIterable<CatalogStream[]>
  /** Sorted ids, at most 1,000, and how many are selected in all. */
  selection(accountId: number, sourceId: number, tx?: Transaction): Promise<{ ids: string[]; count: number }>
  /** Whether the last check found something else than what was selected from. */
  schemaChanged(accountId: number, sourceId: number, tx?: Transaction): Promise<boolean>
  /** Names in `defaults` that mean nothing here; fields as `stream.field`. */
  ignoredDefaults(
    accountId: number,
    sourceId: number,
    defaults: DefaultStreams | null,
    token?: TokenStreams | null,
    tx?: Transaction,
  ): Promise<string[]>
  /** Names in the token's `streams` that no stream has. */
  ignoredOfToken(
    accountId: number,
    sourceId: number,
    token: TokenStreams | null,
    tx: Transaction,
  ): Promise<string[]>
}

/** What sources ask of their streams. */
export const selections: Selections = { findUsable: findUsableSelections, copy: copyStreams }

export function createStreams({
  database: { read },
  registry,
  facts,
  events,
}: {
  database: Pick<Database, 'read'>
  registry: Pick<Registry, 'find'>
  facts: Pick<SourceFacts, 'finishedSteps'>
  events: FeedWriter
}): Streams {
  const reader = (tx?: Transaction) => tx?.db ?? read

  /** All steps before the selection. */
  async function requireFinished(tx: Transaction, accountId: number, sourceId: number): Promise<void> {
    const source = await getSourceRow(tx.db, accountId, sourceId)
    const finished = await facts.finishedSteps(source, tx)
    const steps = infoOfSource(registry, source)?.steps ?? []
    const unfinished = steps.find((step) => step !== 'field_selection' && !finished.has(step))
    if (!unfinished) return
    throw new AppError('Conflict', {
      message: `Streams can be selected once the step ${unfinished} is finished.`,
      data: { reason: 'incomplete', step: unfinished },
    })
  }

  return {
    columns: (accountId, sourceId, defaults, token = null) =>
      findStreamColumns(read, { accountId, sourceId, defaults, token }),
    find: (accountId, sourceId, search, defaults, token = null) =>
      findSearchedStreams(read, { accountId, sourceId, defaults, token }, search),
    fields: (accountId, sourceId, tapStreamId, defaults, token = null) =>
      findStreamFields(read, { accountId, sourceId, defaults, token }, tapStreamId),
    async applySelection(tx, accountId, sourceId, request, defaults = null, token = null) {
      const tally = await applySelection(tx, { accountId, sourceId, defaults, token }, request)
      await tellSelected(tx, events, accountId, sourceId, tally)
    },
    async selectRequired(tx, accountId, sourceId, defaults, token) {
      const target = { accountId, sourceId, defaults, token }
      if (!(await leavesNoChoice(tx.db, target))) return false
      const tally = await applySelection(tx, target, { changes: [] })
      await tellSelected(tx, events, accountId, sourceId, tally)
      return true
    },
    requireSkippable: (accountId, sourceId, token, tx) =>
      requireSkippable(tx.db, { accountId, sourceId, token }),
    listSummaries: (accountId, sourceId) => findSummaries(read, accountId, sourceId),
    sliceSummaries: (accountId, sourceId, filter, slice) =>
      findSummarySlice(read, accountId, sourceId, filter, slice),
    schemaOf: (accountId, sourceId, streamId) => findStreamSchema(read, accountId, sourceId, streamId),

    async updateMetadata(tx, accountId, sourceId, update) {
      await requireFinished(tx, accountId, sourceId)
      const tally = await updateMetadata(tx, accountId, sourceId, update)
      await tellSelected(tx, events, accountId, sourceId, tally)
    },
    async selectMatching(tx, accountId, sourceId, matching) {
      await requireFinished(tx, accountId, sourceId)
      const target = { accountId, sourceId, defaults: null, token: null }
      const tally = await applySelection(tx, target, { changes: [], matching: [...matching] })
      await tellSelected(tx, events, accountId, sourceId, tally)
    },

    version: (accountId, sourceId, tx) => findSelectionVersion(reader(tx), accountId, sourceId),
    catalog: (accountId, sourceId) => findCatalog(read, accountId, sourceId),
    selection: (accountId, sourceId, tx) => findSelection(reader(tx), accountId, sourceId),
    schemaChanged: (accountId, sourceId, tx) => hasSchemaChanged(reader(tx), accountId, sourceId),
    ignoredDefaults: (accountId, sourceId, defaults, token = null, tx) =>
      findIgnoredDefaults(reader(tx), { accountId, sourceId, defaults, token }),
    async ignoredOfToken(accountId, sourceId, token, tx) {
      const rules = await findTokenRules(tx.db, { accountId, sourceId, token })
      return [...(rules?.unknown ?? [])]
    },
  }
}
