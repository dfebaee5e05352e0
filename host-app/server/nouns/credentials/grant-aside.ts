import type { Selectable } from 'kysely'
import { z } from 'zod'
import { giveUpAside } from './given-up-grants.ts'
import type { NewGrant, NewOtherGrant } from './new-grant.ts'
import type { KeyRing } from './seal.ts'
import { asideContext } from './seal-contexts.ts'
import { lifeColumns, lifeIn, unsaidLife } from './grant-life.ts'
import { sealedColumn } from './sealed-column.ts'
import type { Reader, Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'

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
  { externalAccount, oauthClientId, others = [], ...main }: NewGrant,
): Promise<void> {
  await dropGrantAside(tx, { accountId, flowId }, now())
  for (const { role, values, expiresAt, lifetime, life = unsaidLife } of [
    { ...main, role: null },
    ...others,
  ]) {
    await tx.db
      .insertInto('grant_aside')
      .values({
        flow_id: flowId,
        role: role ?? '',
        account_id: accountId,
        source_id: sourceId,
        sealed: keyRing.seal(JSON.stringify(values), asideContext(accountId, sourceId, flowId, role)),
        external_account: externalAccount,
        oauth_client_id: oauthClientId,
        expires_at: expiresAt,
        token_lifetime: lifetime,
        ...lifeColumns(life),
        created_at: now(),
      })
      .execute()
  }
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

/** Opens all that the flow has aside, and forgets it: the caller's write puts it in its place. */
export async function takeGrantAside(
  { keyRing }: AsideParts,
  tx: Transaction,
  { accountId, flowId }: FlowKey,
): Promise<NewGrant | null> {
  const rows = await tx.db
    .deleteFrom('grant_aside')
    .where('flow_id', '=', flowId)
    .where('account_id', '=', accountId)
    .returningAll()
    .execute()
  const open = (row: Selectable<Tables['grant_aside']>): NewOtherGrant => {
    const context = asideContext(accountId, row.source_id, flowId, row.role || null)
    const values = storedValues.parse(JSON.parse(keyRing.open(row.sealed, context)))
    const { expires_at: expiresAt, token_lifetime: lifetime } = row
    return { role: row.role, values, expiresAt, lifetime, life: lifeIn(row) }
  }
  const main = rows.find(({ role }) => role === '')
  if (!main) return null
  const { values, expiresAt, lifetime, life } = open(main)
  const others = rows.filter(({ role }) => role !== '').map(open)
  return {
    values,
    expiresAt,
    lifetime,
    life,
    externalAccount: main.external_account,
    oauthClientId: main.oauth_client_id,
    others,
  }
}

/** Gives up what the flow has aside. */
export async function dropGrantAside(
  tx: Transaction,
  { accountId, flowId }: FlowKey,
  now: number,
): Promise<void> {
  const dropped = await tx.db
    .deleteFrom('grant_aside')
    .where('flow_id', '=', flowId)
    .where('account_id', '=', accountId)
    .returningAll()
    .execute()
  for (const aside of dropped) await giveUpAside(tx, aside, 'dropped', now)
}

/** Gives up whatever flows have aside for a source that is deleted. */
export async function dropGrantsOfSource(
  tx: Transaction,
  accountId: number,
  sourceId: number,
  now: number,
): Promise<void> {
  const dropped = await tx.db
    .deleteFrom('grant_aside')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .returningAll()
    .execute()
  for (const aside of dropped) await giveUpAside(tx, aside, 'deleted', now)
}

export const sealedAsides = sealedColumn({
  table: 'grant_aside',
  column: 'sealed',
  columns: ['flow_id', 'role', 'account_id', 'source_id'],
  contextOf: (row) => asideContext(row.account_id, row.source_id, row.flow_id, row.role || null),
})
