import { sql, type Kysely, type SqlBool } from 'kysely'
import type { StreamChange } from '@bobbin/shared/wizard-api'
import { AppError } from '../../ground/app-error.ts'
import type { Tables } from '../../store/tables.ts'
import { isPublished } from './published.ts'
import { presentStreams } from './selection-queries.ts'
import type { SelectionTally } from './selection-tally.ts'
import { idRangesOfStreams } from './stream-portions.ts'
import { findTokenRules, type StreamTarget, type TokenRules } from './token-rules.ts'

/** Why a choice is refused that the token does not leave to the person. */
export const neededSentence = 'The app that asks needs this stream.'
const notOfferedSentence = 'The app that asks does not offer this stream.'

/** What a token requires is ticked beside what was changed; what it does not leave to the person is refused. */
export function underRules(
  changes: StreamChange[],
  rules: TokenRules | null,
): { named: StreamChange[]; refused: ReadonlyMap<string, string> } {
  const refused = new Map<string, string>()
  if (!rules) return { named: changes, refused }
  for (const { tap_stream_id: id } of changes) if (!rules.lists(id)) refused.set(id, notOfferedSentence)
  const byId = new Map(changes.map((change) => [change.tap_stream_id, change]))
  for (const { tap_stream_id: id } of rules.required) {
    if (byId.get(id)?.selected === false) refused.set(id, neededSentence)
    byId.set(id, { ...byId.get(id), tap_stream_id: id, selected: true })
  }
  return { named: [...byId.values()].filter((change) => !refused.has(change.tap_stream_id)), refused }
}

/** Nobody saw what the token does not list, so nobody agreed to it. */
export async function unselectUnlisted(
  db: Kysely<Tables>,
  { accountId, sourceId }: StreamTarget,
  { isListed }: TokenRules,
  tally: SelectionTally,
): Promise<void> {
  for await (const { after, upTo } of idRangesOfStreams(db, accountId, sourceId)) {
    const { numUpdatedRows } = await db
      .updateTable('stream')
      .set({ selected: 0 })
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('id', '>', after)
      .where('id', '<=', upTo)
      .where('removed_at', 'is', null)
      .where(isPublished(accountId, sourceId))
      .where('selected', '=', 1)
      .where(sql<SqlBool>`not ${isListed}`)
      .executeTakeFirst()
    tally.removed += Number(numUpdatedRows)
  }
}

/** Whether the token says of all that can be selected that it is required, and all of that can be had. */
export async function leavesNoChoice(db: Kysely<Tables>, target: StreamTarget): Promise<boolean> {
  const rules = await findTokenRules(db, target)
  if (!rules || rules.required.length === 0) return false
  if (rules.required.some(({ blocked }) => blocked !== null)) return false
  const open = await presentStreams(db, target.accountId, target.sourceId)
    .select('id')
    .where('access', 'is', null)
    .where(rules.isListed)
    .where(sql<SqlBool>`not ${rules.isRequired}`)
    .limit(1)
    .executeTakeFirst()
  return open === undefined
}

/** What an app needs is not left for later. @throws {AppError} InvalidProperties */
export async function requireSkippable(
  db: Kysely<Tables>,
  target: Omit<StreamTarget, 'defaults'>,
): Promise<void> {
  const required = (await findTokenRules(db, target))?.required ?? []
  if (required.length === 0) return
  const told = required.slice(0, 100).map((one) => [one.tap_stream_id, neededSentence])
  throw new AppError('InvalidProperties', {
    message: 'The app that asks needs some of the streams, so this step cannot be skipped.',
    data: { reason: 'stream_required', fields: Object.fromEntries(told) },
  })
}
