import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import type { SelectionRequest, StreamChange } from '@bobbin/shared/wizard-api'
import { AppError } from '../../ground/app-error.ts'
import { nextTurn } from '../../ground/next-turn.ts'
import type { Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { openStreams, writeChoices, type OpenStream } from './choice-store.ts'
import { allowedSuggestion, findSuggestions, suggestedFields } from './default-streams.ts'
import { idRangesOfStreams, type IdRange } from './stream-portions.ts'
import { matchesText } from './matches-text.ts'
import { isPublished } from './published.ts'
import { changeChoice, emptySelectionFault, exclusionFault } from './selection-rules.ts'
import { emptyTally, tallyChoice, type SelectionTally } from './selection-tally.ts'
import { countSelection } from './selection-version.ts'
import { changesAsShown } from './shown-streams.ts'
import { blockedSentence, includedFields, isFree, type StreamChoice } from './stream-choice.ts'
import { isAmong, streamsCalled } from './streams-by-id.ts'
import { findTokenRules, type StreamTarget, type TokenRules } from './token-rules.ts'
import { neededSentence, underRules, unselectUnlisted } from './token-selection.ts'

type Selection = Pick<SelectionRequest, 'changes' | 'matching' | 'as_shown'>

/**
 * The person's selection: first what the filter covers, then stream by stream. All or nothing: throws
 * InvalidProperties with a sentence per stream. What changed since last time is then known. Returns what it did.
 */
export async function applySelection(
  tx: Transaction,
  target: StreamTarget,
  { changes, matching = [], as_shown: isAsShown = false }: Selection,
): Promise<SelectionTally> {
  const { accountId, sourceId } = target
  const tally = emptyTally()
  const rules = await findTokenRules(tx.db, target)
  const { named, refused } = underRules(mergeChanges(changes), rules)
  const shown = isAsShown ? await changesAsShown(tx.db, target, matching, named, rules) : []
  const merged = mergeChanges([...shown.map(({ change }) => change), ...named])
  const shownIds = shown.map(({ id }) => id)
  await selectMatching(tx.db, target, matching, { named, ids: shownIds, rules }, tally)
  if (rules) await unselectUnlisted(tx.db, target, rules, tally)
  const suggested = await findSuggestedFields(tx.db, target, merged)
  const isPlain = (change: StreamChange) =>
    Object.keys(change).every((key) => key === 'tap_stream_id' || key === 'selected') &&
    !suggested.has(change.tap_stream_id)
  const faults = new Map<string, string>()
  await tick(tx.db, target, merged.filter(isPlain), faults, tally)
  await choose(
    tx.db,
    target,
    merged.filter((change) => !isPlain(change)),
    suggested,
    faults,
    tally,
  )
  for (const { tap_stream_id: id } of rules?.required ?? []) {
    const fault = faults.get(id)
    if (fault !== undefined) faults.set(id, `${neededSentence} ${fault}`)
  }
  for (const [id, fault] of refused) faults.set(id, fault)
  if (faults.size > 0) {
    // Nobody reads ten thousand sentences.
    const fields = Object.fromEntries([...faults].slice(0, 100))
    throw new AppError('InvalidProperties', { data: { fields } })
  }

  await forgetNews(tx.db, accountId, sourceId)
  await countSelection(tx, accountId, sourceId)
  return tally
}

/** Streams that one statement writes. */
const newsAtOnce = 1_000

/** All that was new has been seen. After a first selection that may be every stream, so others are answered in between. */
async function forgetNews(db: Kysely<Tables>, accountId: number, sourceId: number): Promise<void> {
  for (;;) {
    const { numUpdatedRows } = await db
      .updateTable('stream')
      .set({ change: null })
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('id', 'in', ({ selectFrom }) =>
        selectFrom('stream')
          .select('id')
          .where('account_id', '=', accountId)
          .where('source_id', '=', sourceId)
          .where('change', 'in', ['added', 'changed'])
          .limit(newsAtOnce),
      )
      .executeTakeFirst()
    if (Number(numUpdatedRows) < newsAtOnce) return
    await nextTurn()
  }
}

/**
 * A statement for what each filter shows; what cannot be selected as it is stays out, and what cannot be read as it was. The last that a stream
 * comes under counts, and one that is named beside the filters is decided by name: so each is changed, and
 * counted, once.
 */
async function selectMatching(
  db: Kysely<Tables>,
  { accountId, sourceId }: StreamTarget,
  rules: readonly { q: string; selected: boolean }[],
  decidedBeside: { named: readonly StreamChange[]; ids: readonly number[]; rules: TokenRules | null },
  tally: SelectionTally,
): Promise<void> {
  const decided = decidedBeside.named
    .filter((change) => change.selected !== undefined)
    .map((change) => change.tap_stream_id)
  const later: RawBuilder<SqlBool>[] = []
  for (const { q, selected } of rules.toReversed()) {
    const matches = matchesText(q)
    const covers = selected ? sql<SqlBool>`(${matches} and ${isFree})` : matches
    const update = (before: 0 | 1 | null, { after, upTo }: IdRange) => {
      const query = db
        .updateTable('stream')
        .set({ selected: selected ? 1 : 0 })
        .where('account_id', '=', accountId)
        .where('source_id', '=', sourceId)
        .where('id', '>', after)
        .where('id', '<=', upTo)
        .where('removed_at', 'is', null)
        .where('access', 'is', null)
        .where(isPublished(accountId, sourceId))
        .where('selected', before === null ? 'is' : '=', before)
        .where(covers)
        .$if(decidedBeside.rules !== null, (open) =>
          open.where(decidedBeside.rules?.isListed ?? sql<SqlBool>`1 = 1`),
        )
        .where(sql<SqlBool>`not ${isAmong(decidedBeside.ids)}`)
        .$if(decided.length > 0, (open) => open.where('tap_stream_id', 'not in', decided))
      return later.reduce((open, rule) => open.where(sql<SqlBool>`not ${rule}`), query).executeTakeFirst()
    }
    for await (const range of idRangesOfStreams(db, accountId, sourceId)) {
      const untouched = Number((await update(null, range)).numUpdatedRows)
      const turned = Number((await update(selected ? 0 : 1, range)).numUpdatedRows)
      if (selected) tally.added += untouched + turned
      else tally.removed += turned
    }
    later.push(covers)
  }
}

/** Several changes of one stream count as one; the later wins. */
function mergeChanges(changes: readonly StreamChange[]): StreamChange[] {
  const byId = new Map<string, StreamChange>()
  for (const change of changes) {
    const before = byId.get(change.tap_stream_id)
    const fields = change.fields && before?.fields ? { ...before.fields, ...change.fields } : undefined
    byId.set(change.tap_stream_id, { ...before, ...change, ...(fields ? { fields } : {}) })
  }
  return [...byId.values()]
}

/** The suggested fields of streams that are selected for the first time, without having been opened. */
async function findSuggestedFields(
  db: Kysely<Tables>,
  { accountId, sourceId, defaults }: StreamTarget,
  changes: readonly StreamChange[],
): Promise<Map<string, Map<string, boolean>>> {
  const suggested = new Map<string, Map<string, boolean>>()
  if (!Object.values(defaults ?? {}).some((value) => typeof value === 'object')) return suggested
  const rows = await findSuggestions(db, accountId, sourceId, defaults)
  const untouched = new Map(
    rows.filter((row) => row.selected === null).map((row) => [row.tap_stream_id, row.suggestion]),
  )
  for (const change of changes) {
    const fields = suggestedFields(untouched.get(change.tap_stream_id))
    const isFirst = change.selected === true && change.fields === undefined
    if (isFirst && fields.size > 0) suggested.set(change.tap_stream_id, fields)
  }
  return suggested
}

const ticksPerStatement = 1_000

/** Streams that are only ticked or unticked: decided by their rows alone, without any schema. */
async function tick(
  db: Kysely<Tables>,
  { accountId, sourceId }: StreamTarget,
  changes: readonly StreamChange[],
  faults: Map<string, string>,
  tally: SelectionTally,
): Promise<void> {
  for (let start = 0; start < changes.length; start += ticksPerStatement) {
    const chunk = changes.slice(start, start + ticksPerStatement)
    const ids = chunk.map((change) => change.tap_stream_id)
    const rows = await streamsCalled(db, accountId, sourceId, ids)
      .select(['id', 'tap_stream_id', 'selected', 'is_view', 'field_count', 'access'])
      .select(['replication_method', 'replication_key', 'view_key_properties'])
      .execute()
    const byId = new Map(rows.map((row) => [row.tap_stream_id, row]))
    const turned = { on: new Array<number>(), off: new Array<number>() }
    for (const change of chunk) {
      const row = byId.get(change.tap_stream_id)
      const fault = row ? (change.selected ? blockedSentence(row) : null) : goneSentence
      if (fault) faults.set(change.tap_stream_id, fault)
      else if (row && change.selected !== undefined) {
        turned[change.selected ? 'on' : 'off'].push(row.id)
        if (change.selected && row.selected !== 1) tally.added += 1
        if (!change.selected && row.selected === 1 && row.access === null) tally.removed += 1
      }
    }
    await setSelected(db, accountId, sourceId, turned.on, 1)
    await setSelected(db, accountId, sourceId, turned.off, 0)
    await nextTurn()
  }
}

async function setSelected(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  ids: readonly number[],
  selected: 0 | 1,
): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('stream')
    .set({ selected })
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('id', 'in', ids)
    .execute()
}

const goneSentence = 'This stream is no longer there.'

/** Streams that were opened: fields, method and keys, by all the rules. */
async function choose(
  db: Kysely<Tables>,
  { accountId, sourceId }: StreamTarget,
  changes: readonly StreamChange[],
  suggested: ReadonlyMap<string, Map<string, boolean>>,
  faults: Map<string, string>,
  tally: SelectionTally,
): Promise<void> {
  const ids = changes.map((change) => change.tap_stream_id)
  const opened = await openStreams(db, accountId, sourceId, ids)
  const chosen: OpenStream[] = []
  for (const change of changes) {
    const stream = opened.get(change.tap_stream_id)
    const result = stream ? decide(stream, change, suggested.get(change.tap_stream_id)) : goneSentence
    if (typeof result === 'string') faults.set(change.tap_stream_id, result)
    else {
      chosen.push(result)
      if (stream) tallyChoice(tally, stream, result.choice)
    }
  }
  await writeChoices(db, accountId, sourceId, chosen)
}

function decide(
  stream: OpenStream,
  change: StreamChange,
  suggestion: ReadonlyMap<string, boolean> | undefined,
): OpenStream | string {
  const { description } = stream
  const fields = suggestion
    ? allowedSuggestion(description, stream.choice, suggestion)
    : new Map(Object.entries(change.fields ?? {}))
  const ruling = changeChoice(description, stream.choice, {
    selected: change.selected,
    fields,
    method: change.replication_method,
    replicationKey: change.replication_key,
    viewKeys: change.view_key_properties,
  })
  if ('fault' in ruling) return ruling.fault
  const choice = fields.size > 0 && !suggestion ? spelledOut(stream, ruling.choice) : ruling.choice
  const fault = exclusionFault(description, choice) ?? emptySelectionFault(description, choice)
  return fault ?? { ...stream, choice }
}

/**
 * The person saw a tick beside every field, so every tick is a choice of theirs. Otherwise a field that was
 * ticked again would turn "the whole stream" into "this field only".
 */
function spelledOut({ description, choice: before }: OpenStream, choice: StreamChoice): StreamChoice {
  const seen = includedFields(description, before)
  const fields = new Map(choice.fields)
  for (const { name, inclusion } of description.fields) {
    if (inclusion === 'available' && !fields.has(name)) fields.set(name, seen.has(name))
  }
  return { ...choice, fields }
}
