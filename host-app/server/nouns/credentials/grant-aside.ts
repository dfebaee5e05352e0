import { z } from 'zod'
import type { KeyRing, SealContext } from './seal.ts'
import { sealedColumn } from './sealed-column.ts'
import type { Reader, Transaction } from '../../store/database.ts'

/** What a provider has just granted, and whose it is as far as the connector could tell. */
export interface NewGrant {
  readonly values: Record<string, string>
  /** When the access token ends; null where it does not. */
  readonly expiresAt: number | null
  /** How long it lives from when it was granted, in milliseconds; null where nobody says. */
  readonly lifetime: number | null
  readonly externalAccount: string | null
}

/**
 * A grant for another account than the one that is connected. It waits, sealed and apart from the source, for
 * the person's answer; what is connected stays as it is. It goes with its flow, and with its source.
 */
interface AsideParts {
  readonly keyRing: KeyRing
  readonly now: () => number
}

interface FlowKey {
  readonly accountId: number
  readonly flowId: string
}

const storedValues = z.record(z.string(), z.string())

/** Sets it aside, in place of one set aside before. */
export async function setGrantAside(
  { keyRing, now }: AsideParts,
  tx: Transaction,
  { accountId, flowId, sourceId }: FlowKey & { sourceId: number },
  { values, expiresAt, lifetime, externalAccount }: NewGrant,
): Promise<void> {
  await dropGrantAside(tx, { accountId, flowId })
  await tx.db
    .insertInto('grant_aside')
    .values({
      flow_id: flowId,
      account_id: accountId,
      source_id: sourceId,
      sealed: keyRing.seal(JSON.stringify(values), sealContext(accountId, sourceId, flowId)),
      external_account: externalAccount,
      expires_at: expiresAt,
      token_lifetime: lifetime,
      created_at: now(),
    })
    .execute()
}

/** Whose grant the flow has aside; null when it has none. Nothing is opened. */
export async function findGrantAside(
  db: Reader | Transaction['db'],
  { accountId, flowId }: FlowKey,
): Promise<{ externalAccount: string | null } | null> {
  const row = await db
    .selectFrom('grant_aside')
    .select('external_account')
    .where('flow_id', '=', flowId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row ? { externalAccount: row.external_account } : null
}

/** Opens what the flow has aside, and forgets it: the caller's write puts it in its place. */
export async function takeGrantAside(
  { keyRing }: AsideParts,
  tx: Transaction,
  { accountId, flowId }: FlowKey,
): Promise<NewGrant | null> {
  const row = await tx.db
    .deleteFrom('grant_aside')
    .where('flow_id', '=', flowId)
    .where('account_id', '=', accountId)
    .returningAll()
    .executeTakeFirst()
  if (!row) return null
  const secret = keyRing.open(row.sealed, sealContext(accountId, row.source_id, flowId))
  return {
    values: storedValues.parse(JSON.parse(secret)),
    expiresAt: row.expires_at,
    lifetime: row.token_lifetime,
    externalAccount: row.external_account,
  }
}

export async function dropGrantAside(tx: Transaction, { accountId, flowId }: FlowKey): Promise<void> {
  await tx.db
    .deleteFrom('grant_aside')
    .where('flow_id', '=', flowId)
    .where('account_id', '=', accountId)
    .execute()
}

/** Whatever flows have aside for the source. */
export async function dropGrantsOfSource(
  tx: Transaction,
  accountId: number,
  sourceId: number,
): Promise<void> {
  await tx.db
    .deleteFrom('grant_aside')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .execute()
}

function sealContext(accountId: number, sourceId: number, flowId: string): SealContext {
  return ['grant_aside', accountId, sourceId, flowId]
}

export const sealedAsides = sealedColumn({
  table: 'grant_aside',
  column: 'sealed',
  columns: ['flow_id', 'account_id', 'source_id'],
  contextOf: (row) => sealContext(row.account_id, row.source_id, row.flow_id),
})
