import type { CatalogStream, MetadataUpdate, StreamSchema, StreamSummary } from '@bobbin/shared/catalog'
import type { DefaultStreams } from '@bobbin/shared/flow'
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
  columns(accountId: number, sourceId: number, defaults: DefaultStreams | null): Promise<StreamColumns>
  /** What a search leaves of very many, some at a time, as it is shown before the changes are saved. */
  find(
    accountId: number,
    sourceId: number,
    search: StreamSearch,
    defaults: DefaultStreams | null,
  ): Promise<StreamWindow>
  /** One stream opened. Throws NotFound. */
  fields(
    accountId: number,
    sourceId: number,
    tapStreamId: string,
    defaults: DefaultStreams | null,
  ): Promise<StreamFields>
  /**
   * The person's selection, all or nothing. With `defaults`, streams selected for the first time without
   * having been opened get the fields suggested for them. Throws InvalidProperties.
   */
  applySelection(
    tx: Transaction,
    accountId: number,
    sourceId: number,
    request: Pick<SelectionRequest, 'changes' | 'matching' | 'as_shown'>,
    defaults?: DefaultStreams | null,
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
    tx?: Transaction,
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
    columns: (accountId, sourceId, defaults) => findStreamColumns(read, { accountId, sourceId, defaults }),
    find: (accountId, sourceId, search, defaults) =>
      findSearchedStreams(read, { accountId, sourceId, defaults }, search),
    fields: (accountId, sourceId, tapStreamId, defaults) =>
      findStreamFields(read, accountId, sourceId, tapStreamId, defaults),
    async applySelection(tx, accountId, sourceId, request, defaults = null) {
      const tally = await applySelection(tx, { accountId, sourceId, defaults }, request)
      await tellSelected(tx, events, accountId, sourceId, tally)
    },
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
      const target = { accountId, sourceId, defaults: null }
      const tally = await applySelection(tx, target, { changes: [], matching: [...matching] })
      await tellSelected(tx, events, accountId, sourceId, tally)
    },

    version: (accountId, sourceId, tx) => findSelectionVersion(reader(tx), accountId, sourceId),
    catalog: (accountId, sourceId) => findCatalog(read, accountId, sourceId),
    selection: (accountId, sourceId, tx) => findSelection(reader(tx), accountId, sourceId),
    schemaChanged: (accountId, sourceId, tx) => hasSchemaChanged(reader(tx), accountId, sourceId),
    ignoredDefaults: (accountId, sourceId, defaults, tx) =>
      findIgnoredDefaults(reader(tx), accountId, sourceId, defaults),
  }
}
