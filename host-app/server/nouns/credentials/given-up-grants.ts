import type { Selectable } from 'kysely'
import { z } from 'zod'
import { randomId } from '@bobbin/shared/random-id'
import { currentRequestId } from '../../ground/request-context.ts'
import type { Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { grantKind, roleOf } from './grant-kind.ts'
import type { NewGrant } from './new-grant.ts'
import type { GrantVersion } from './refresh-lease.ts'
import { asideContext, credentialContext } from './seal-contexts.ts'
import type { KeyRing, SealContext } from './seal.ts'
import { sealedColumn } from './sealed-column.ts'

/*
 * Grants that are used no more, on their way to their providers, who are told (`nouns/revocations/`). Whatever
 * erases a grant gives it up in the same write, so a crash leaves no grant that nobody knows of. The envelope goes along
 * as it is: to give up needs no key, so nobody's removal waits for the operator either.
 */

export type GivenUpRow = Selectable<Tables['given_up_grant']>

interface Place {
  readonly accountId: number
  readonly sourceId: number
}

interface SealParts {
  readonly keyRing: Pick<KeyRing, 'seal'>
  readonly now: () => number
}

/** What renews a grant has it for seconds; a lease that ends later was dated by a clock that has been set back. */
const longestRenewal = 60_000

/**
 * Gives up all that the source was granted, before its rows are erased or replaced: each is ended for itself.
 *
 * @returns whether there was anything
 */
export async function giveUpGrant(
  tx: Transaction,
  { accountId, sourceId }: Place,
  because: GivenUpRow['because'],
  now: number,
): Promise<boolean> {
  const grants = await tx.db
    .selectFrom('credential')
    .select([
      'kind',
      'sealed',
      'version',
      'oauth_client_id',
      'expires_at',
      'refresh_lease',
      'refresh_lease_until',
    ])
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    // What settings were exchanged for is nobody's consent.
    .where('kind', 'not in', ['form', 'token'])
    .orderBy('kind')
    .execute()
  if (grants.length === 0) return false
  const source = await tx.db
    .selectFrom('source')
    .select('external_account')
    .where('account_id', '=', accountId)
    .where('id', '=', sourceId)
    .executeTakeFirst()
  for (const grant of grants) {
    // A renewal is under way: what it brings is what has to be revoked, since it may spend this one.
    const until = grant.refresh_lease === null ? null : grant.refresh_lease_until
    const isRenewed = until !== null && until > now && until - now <= longestRenewal
    await insert(tx, now, {
      account_id: accountId,
      source_id: sourceId,
      because,
      external_account: source?.external_account ?? null,
      oauth_client_id: grant.oauth_client_id,
      sealed: grant.sealed,
      origin: 'credential',
      origin_key: originKey(String(grant.version), roleOf(grant.kind)),
      expires_at: grant.expires_at,
      due_at: isRenewed ? until : now,
    })
  }
  return true
}

/** Gives up what was set aside. */
export async function giveUpAside(
  tx: Transaction,
  aside: Selectable<Tables['grant_aside']>,
  because: GivenUpRow['because'],
  now: number,
): Promise<void> {
  const { account_id, source_id, external_account, oauth_client_id, sealed, flow_id, role, expires_at } =
    aside
  const key = originKey(flow_id, role || null)
  const envelope = { sealed, origin: 'grant_aside', origin_key: key } as const
  await insert(tx, now, {
    account_id,
    source_id,
    because,
    external_account,
    oauth_client_id,
    ...envelope,
    expires_at,
    due_at: now,
  })
}

/** Gives up what a provider has just granted, and nobody waits for any more. */
export async function giveUpNewGrant(
  { keyRing, now }: SealParts,
  tx: Transaction,
  place: Place,
  { values, expiresAt, externalAccount, oauthClientId, others = [] }: Omit<NewGrant, 'lifetime' | 'life'>,
): Promise<void> {
  for (const one of [{ role: null, values, expiresAt }, ...others]) {
    await insert(tx, now(), {
      account_id: place.accountId,
      source_id: place.sourceId,
      because: 'dropped',
      external_account: externalAccount,
      oauth_client_id: oauthClientId,
      ...sealReply(keyRing, place, one.role, one.values),
      expires_at: one.expiresAt,
      due_at: now(),
    })
  }
}

/**
 * What a renewal brought for a version of a grant that is not there any more. Where that version was given up, this
 * takes its place: it may have been spent for it. Where its source was deleted, it is given up after it.
 */
export async function giveUpRenewed(
  { keyRing, now }: SealParts,
  tx: Transaction,
  { accountId, sourceId, kind, version }: GrantVersion,
  { values, expiresAt, oauthClientId }: Pick<NewGrant, 'values' | 'expiresAt' | 'oauthClientId'>,
): Promise<void> {
  const role = roleOf(kind)
  const renewed = {
    ...sealReply(keyRing, { accountId, sourceId }, role, values),
    expires_at: expiresAt,
    due_at: now(),
  }
  const { numUpdatedRows } = await tx.db
    .updateTable('given_up_grant')
    .set(renewed)
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('origin', '=', 'credential')
    .where('origin_key', '=', originKey(String(version), role))
    .where('lease', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return
  const source = await tx.db
    .selectFrom('source')
    .select(['deleted_at', 'external_account'])
    .where('account_id', '=', accountId)
    .where('id', '=', sourceId)
    .executeTakeFirst()
  // Another consent of the same account took its place: to revoke this one might end that one.
  if (source?.deleted_at === null) return
  await insert(tx, now(), {
    account_id: accountId,
    source_id: sourceId,
    because: 'deleted',
    external_account: source?.external_account ?? null,
    oauth_client_id: oauthClientId,
    ...renewed,
  })
}

/** Keeps what an access token was renewed to, to be revoked. False when the job was no longer the worker's. */
export async function renewGivenUp(
  { keyRing }: Pick<SealParts, 'keyRing'>,
  tx: Transaction,
  row: GivenUpRow,
  { values, expiresAt }: Pick<NewGrant, 'values' | 'expiresAt'>,
): Promise<boolean> {
  const { id, account_id: accountId, source_id: sourceId, lease } = row
  const sealed = sealReply(keyRing, { accountId, sourceId }, roleOfGivenUp(row), values)
  const { numUpdatedRows } = await tx.db
    .updateTable('given_up_grant')
    .set({ ...sealed, expires_at: expiresAt })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('lease', '=', lease)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Which of its source's grants it was; null: the main one. */
export function roleOfGivenUp({ origin_key: key }: Pick<GivenUpRow, 'origin_key'>): string | null {
  return key.split(' ')[1] ?? null
}

/** What told a grant apart where it was, and its role there. */
function originKey(key: string, role: string | null): string {
  return role === null ? key : `${key} ${role}`
}

/** Never answer, log or throw it. @throws {SealError} */
export function openGivenUp(keyRing: Pick<KeyRing, 'open'>, row: GivenUpRow): Record<string, string> {
  return storedValues.parse(JSON.parse(keyRing.open(row.sealed, contextOf(row))))
}

const storedValues = z.record(z.string(), z.string())

function sealReply(
  keyRing: Pick<KeyRing, 'seal'>,
  { accountId, sourceId }: Place,
  role: string | null,
  values: Record<string, string>,
): Pick<GivenUpRow, 'sealed' | 'origin' | 'origin_key'> {
  const origin = { origin: 'reply', origin_key: originKey(randomId(), role) } as const
  const context = contextOf({ account_id: accountId, source_id: sourceId, ...origin })
  return { sealed: keyRing.seal(JSON.stringify(values), context), ...origin }
}

async function insert(
  tx: Transaction,
  now: number,
  row: Omit<GivenUpRow, 'id' | 'attempts' | 'clean_up' | 'lease' | 'request_id' | 'created_at'>,
): Promise<void> {
  await tx.db
    .insertInto('given_up_grant')
    .values({
      ...row,
      attempts: 0,
      clean_up: null,
      lease: null,
      request_id: currentRequestId(),
      created_at: now,
    })
    .execute()
}

function contextOf({
  account_id: accountId,
  source_id: sourceId,
  origin,
  origin_key: key,
}: Pick<GivenUpRow, 'account_id' | 'source_id' | 'origin' | 'origin_key'>): SealContext {
  const [of = '', role = null] = key.split(' ')
  if (origin === 'credential') return credentialContext(accountId, sourceId, grantKind(role), Number(of))
  if (origin === 'grant_aside') return asideContext(accountId, sourceId, of, role)
  return ['given_up_grant', accountId, sourceId, key]
}

export const sealedGivenUp = sealedColumn({
  table: 'given_up_grant',
  column: 'sealed',
  columns: ['id', 'account_id', 'source_id', 'origin', 'origin_key'],
  contextOf,
})
