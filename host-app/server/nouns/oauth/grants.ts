import type { Refusal } from '@bobbin/shared/flow'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import {
  type CredentialStore,
  type KeyRing,
  type NewGrant,
  dropGrantAside,
  findGrantAside,
  setGrantAside,
  takeGrantAside,
} from '../credentials/credentials.ts'
import { type FeedWriter, tellAccount } from '../events/events.ts'
import { changeSource, findSourceRow } from '../sources/sources.ts'
import type { Database, Transaction } from '../../store/database.ts'
import type { CallbackAnswer } from './redeem-callback.ts'
import { refusalOf } from './refusals.ts'

/** What providers grant to sources: in place, or aside until the person says which account it should be. */
export interface Grants {
  /**
   * Stores what was granted, in the caller's write: in place of the old grant, or aside (`other_account`) when
   * it is for another account than the connected one. A refusal says why neither could be.
   */
  keep(
    tx: Transaction,
    answer: Extract<CallbackAnswer, { kind: 'granted' }>,
  ): Promise<'granted' | 'other_account' | Refusal>
  /** Puts a grant in place of the source's old one. @throws {AppError} SourceNotFound */
  keepGrant(tx: Transaction, place: Place, grant: NewGrant): Promise<void>
  /** Whose grant waits for the person's answer in this flow. */
  findAside(flow: FlowKey, tx?: Transaction): Promise<{ externalAccount: string | null } | null>
  /** The grant itself, for the write that stores it: it is aside no more. */
  takeAside(tx: Transaction, flow: FlowKey): Promise<NewGrant | null>
  dropAside(tx: Transaction, flow: FlowKey): Promise<void>
}

interface FlowKey {
  readonly accountId: number
  readonly flowId: string
}

interface Place {
  readonly accountId: number
  readonly sourceId: number
}

export interface GrantParts {
  readonly database: Database
  readonly registry: Pick<Registry, 'find'>
  readonly credentials: Pick<CredentialStore, 'save'>
  readonly keyRing: KeyRing
  readonly events: FeedWriter
  readonly now: () => number
}

export function createGrants(parts: GrantParts): Grants {
  const { database, registry, keyRing, now } = parts
  return {
    async keep(tx, { trip, grant }) {
      const place = { accountId: trip.account_id, sourceId: trip.source_id }
      const flow = { accountId: trip.account_id, flowId: trip.flow_id }
      const source = await findSourceRow(tx.db, place.accountId, place.sourceId)
      if (!source || source.deleted_at !== null) return refusalOf('interrupted')
      const canTell = registry.find(source.type)?.identify !== undefined
      const connected = source.external_account
      if (canTell && connected !== null && connected !== grant.externalAccount) {
        await setGrantAside({ keyRing, now }, tx, { ...flow, sourceId: source.id }, grant)
        return 'other_account'
      }
      await dropGrantAside(tx, flow)
      // Deleted while the person was at the provider.
      return (await putInPlace(parts, tx, place, grant)) ? 'granted' : refusalOf('interrupted')
    },
    async keepGrant(tx, place, grant) {
      if (!(await putInPlace(parts, tx, place, grant)))
        throw new AppError('SourceNotFound', { data: { id: place.sourceId } })
    },
    findAside: (flow, tx) => findGrantAside(tx?.db ?? database.read, flow),
    takeAside: (tx, flow) => takeGrantAside({ keyRing, now }, tx, flow),
    dropAside: (tx, flow) => dropGrantAside(tx, flow),
  }
}

/**
 * Puts the grant in place of the source's old one: credentials, the source's new version and the event, all
 * in the caller's write. False when the source was deleted while the person was at the provider.
 */
async function putInPlace(
  { credentials, events, now }: Pick<GrantParts, 'credentials' | 'events' | 'now'>,
  tx: Transaction,
  { accountId, sourceId }: Place,
  { values, expiresAt, lifetime, externalAccount }: NewGrant,
): Promise<boolean> {
  const { numUpdatedRows } = await changeSource(tx, accountId, sourceId)
    .set((eb) => ({
      settings_version: eb('settings_version', '+', 1),
      // The new authorization may be for another account than the old one.
      external_account: externalAccount,
      updated_at: now(),
    }))
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await credentials.save(tx, { accountId, sourceId, kind: 'oauth', values, expiresAt, lifetime })
  await tellAccount(tx, events, accountId, 'source.authorized', { source_id: sourceId })
  return true
}
