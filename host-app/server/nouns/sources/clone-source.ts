import type { AuthMethod } from '@bobbin/shared/auth-method'
import { chosenMethod } from '../../../connectors/auth-methods.ts'
import type { Transaction } from '../../store/database.ts'
import { insertSource, requireDisplayName, requireType } from './create-source.ts'
import { withoutChosen } from './chosen-settings.ts'
import { noClient } from './sign-in-method.ts'
import type { SourceParts } from './source-parts.ts'
import { freeName, requireFreeName, requireName, suitName } from './source-name.ts'
import { getSourceRow, plainProperties, type SourceRow } from './source-row.ts'

export interface CloneOptions {
  /** Absent: the original's and "(copy)", under a name that is free. */
  display_name?: string | undefined
  /** The streams with what was chosen among them, too. */
  with_selection?: boolean | undefined
  /** What stands in the parentheses instead of "copy". */
  label?: string | undefined
  /** By default it is paused: nobody has looked at it yet. */
  is_paused?: boolean | undefined
  /** The ways to sign in that can be used; the caller has found them. Absent: all. */
  methods?: readonly AuthMethod[]
}

/**
 * Makes a source with the settings and secrets of another. A grant is not copied: two sources with
 * one refresh token would take it from each other at the first refresh, so the clone is authorized anew, and what is
 * chosen of the account is chosen then. Nor is a check: what the original's proved is proven again.
 *
 * Throws SourceNotFound, InvalidType, AccessDenied, Unavailable (`no_client`), InvalidDisplayName, InvalidName.
 */
export async function cloneSource(
  parts: Omit<SourceParts, 'database' | 'facts'>,
  tx: Transaction,
  accountId: number,
  id: number,
  options: CloneOptions,
): Promise<SourceRow> {
  const original = await getSourceRow(tx.db, accountId, id)
  const info = requireType(parts, original.type)
  const { methods = info.auth_methods } = options
  const { key } = chosenMethod(info, plainProperties(original))
  // It is authorized anew.
  if (!methods.some((method) => method.key === key)) throw noClient(info)
  const { displayName, name } = await nameOf(tx, original, info.slug, options)
  const secrets = await parts.credentials.open(accountId, id, 'form', tx)
  const clone = await insertSource(parts, tx, accountId, {
    type: original.type,
    displayName,
    name,
    plain: withoutChosen(info, plainProperties(original)),
    secret: secrets?.values ?? {},
    oauthClientId: original.oauth_client_id,
    isPaused: options.is_paused ?? true,
  })
  if (options.with_selection) await parts.selections.copy(tx, parts.events, accountId, id, clone.id)
  return clone
}

/** A name that was asked for has to be free; one that was not becomes so. */
async function nameOf(
  tx: Transaction,
  original: SourceRow,
  slug: string,
  { display_name: wanted, label = 'copy' }: CloneOptions,
): Promise<{ displayName: string; name: string }> {
  if (wanted === undefined) {
    const behind = ` (${label.slice(0, 80)})`
    const displayName = original.display_name.slice(0, 200 - behind.length) + behind
    return { displayName, name: await freeName(tx.db, original.account_id, suitName(displayName, slug)) }
  }
  const displayName = requireDisplayName(wanted)
  const name = requireName(displayName)
  await requireFreeName(tx.db, original.account_id, name, displayName)
  return { displayName, name }
}
