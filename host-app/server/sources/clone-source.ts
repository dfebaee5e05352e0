import type { EventLog } from '../events/event-log.ts'
import type { Transaction } from '../storage/database.ts'
import { copyStreams } from '../streams/copy-streams.ts'
import { insertSource, requireDisplayName, requireType } from './create-source.ts'
import type { StepParts } from './finished-steps.ts'
import { freeName, requireFreeName, requireName, suitName } from './source-name.ts'
import { getSourceRow, plainProperties, type SourceRow } from './source-row.ts'

export interface CloneOptions {
  /** Absent: the original's and "(copy)", under a name that is free. */
  display_name?: string | undefined
  /** The streams with what was chosen among them, too. */
  with_selection?: boolean | undefined
}

/**
 * Makes a paused source with the settings and secrets of another. A grant is not copied: two sources with
 * one refresh token would take it from each other at the first refresh, so the clone is authorized anew. Nor
 * is a check: what the original's proved is proven again.
 *
 * Throws SourceNotFound, InvalidType, AccessDenied, InvalidDisplayName, InvalidName.
 */
export async function cloneSource(
  parts: StepParts & { events: EventLog; now: () => number },
  tx: Transaction,
  accountId: number,
  id: number,
  options: CloneOptions,
): Promise<SourceRow> {
  const original = await getSourceRow(tx.db, accountId, id)
  const info = requireType(parts, original.type)
  const { displayName, name } = await nameOf(tx, original, info.slug, options.display_name)
  const secrets = await parts.credentials.open(accountId, id, 'form', tx)
  const clone = await insertSource(parts, tx, accountId, {
    type: original.type,
    displayName,
    name,
    plain: plainProperties(original),
    secret: secrets?.values ?? {},
    isPaused: true,
  })
  if (options.with_selection) await copyStreams(tx, accountId, id, clone.id)
  return clone
}

/** A name that was asked for has to be free; one that was not becomes so. */
async function nameOf(
  tx: Transaction,
  original: SourceRow,
  slug: string,
  wanted: string | undefined,
): Promise<{ displayName: string; name: string }> {
  if (wanted === undefined) {
    const displayName = `${original.display_name.slice(0, 190)} (copy)`
    return { displayName, name: await freeName(tx.db, original.account_id, suitName(displayName, slug)) }
  }
  const displayName = requireDisplayName(wanted)
  const name = requireName(displayName)
  await requireFreeName(tx.db, original.account_id, name, displayName)
  return { displayName, name }
}
