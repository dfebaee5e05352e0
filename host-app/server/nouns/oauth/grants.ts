import type { Refusal } from '@bobbin/shared/flow'
import type { Logger } from 'pino'
import type { Connector } from '../../../connectors/connector.ts'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import {
  type CredentialStore,
  type KeyRing,
  type NewGrant,
  dropGrantAside,
  findGrantAside,
  giveUpGrant,
  giveUpNewGrant,
  grantKind,
  setGrantAside,
  takeGrantAside,
} from '../credentials/credentials.ts'
import { type FeedWriter, tellAccount } from '../events/events.ts'
import {
  type SourceRow,
  changeSource,
  findSourceRow,
  plainProperties,
  withoutChosen,
} from '../sources/sources.ts'
import type { Database, Transaction } from '../../store/database.ts'
import type { CallbackAnswer } from './redeem-callback.ts'
import { endpointSettingsOf } from './provider-place.ts'
import { refusalOf } from './refusals.ts'
import { connectedWith } from './same-account.ts'

/** What providers grant to sources: in place, or aside until the person says which account it should be. */
export interface Grants {
  /**
   * Stores what was granted, in the caller's write: in place of the old grant, or aside (`asked`) when it is for another
   * account than the connected one, or for one that another source is connected with where a source is added. A refusal says why
   * neither could be.
   */
  keep(
    tx: Transaction,
    answer: Granted,
    options: { readonly isAdded: boolean },
  ): Promise<'granted' | 'asked' | Refusal>
  /**
   * Puts a grant in place of the source's old one.
   * @throws {AppError} SourceNotFound; Conflict (`overtaken`) when the settings now are of another place
   */
  keepGrant(tx: Transaction, place: Place, grant: NewGrant): Promise<void>
  /** The other sources that are connected with this account of the provider, the oldest first. */
  connectedWith(source: SourceRow, externalAccount: string, tx?: Transaction): Promise<SourceRow[]>
  /** Whose grant waits for the person's answer in this flow. */
  findAside(flow: FlowKey, tx?: Transaction): Promise<{ externalAccount: string | null } | null>
  /** The grant itself, for the write that stores it: it is aside no more. */
  takeAside(tx: Transaction, flow: FlowKey): Promise<NewGrant | null>
  /** Gives up what waits. */
  dropAside(tx: Transaction, flow: FlowKey): Promise<void>
  /** Gives up what was granted when nobody waited for it any more. */
  giveUp(tx: Transaction, answer: Granted): Promise<void>
}

type Granted = Extract<CallbackAnswer, { kind: 'granted' }>

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
  readonly credentials: Pick<CredentialStore, 'save' | 'keepRoles'>
  readonly keyRing: KeyRing
  readonly events: FeedWriter
  readonly now: () => number
  readonly log: Pick<Logger, 'warn'>
}

export function createGrants(parts: GrantParts): Grants {
  const { database, registry, keyRing, now } = parts
  const placeOf = ({ trip }: Granted) => ({ accountId: trip.account_id, sourceId: trip.source_id })
  const giveUp: Grants['giveUp'] = (tx, answer) =>
    giveUpNewGrant({ keyRing, now }, tx, placeOf(answer), answer.grant)

  async function isAsked(tx: Transaction, source: SourceRow, name: string | null, isAdded: boolean) {
    if (source.external_account !== null) return source.external_account !== name
    if (!isAdded || name === null) return false
    return (await connectedWith(tx.db, registry, source, name)).length > 0
  }

  return {
    async keep(tx, answer, { isAdded }) {
      const { trip, grant } = answer
      const place = placeOf(answer)
      const flow = { accountId: trip.account_id, flowId: trip.flow_id }
      const source = await findSourceRow(tx.db, place.accountId, place.sourceId)
      // Deleted while the person was at the provider.
      if (!source || source.deleted_at !== null) {
        await giveUp(tx, answer)
        return refusalOf('interrupted')
      }
      const connector = registry.find(source.type)
      // It is of another place than the settings now say: none of its tokens may go there.
      if (connector && !isOfPlace(connector, source, grant)) {
        await giveUp(tx, answer)
        return refusalOf('interrupted')
      }
      if (connector?.identify && (await isAsked(tx, source, grant.externalAccount, isAdded))) {
        await setGrantAside({ keyRing, now }, tx, { ...flow, sourceId: source.id }, grant)
        return 'asked'
      }
      await dropGrantAside(tx, flow, now())
      await putInPlace(parts, tx, source, grant)
      return 'granted'
    },
    async keepGrant(tx, { accountId, sourceId }, grant) {
      const source = await findSourceRow(tx.db, accountId, sourceId)
      if (!source || source.deleted_at !== null) {
        throw new AppError('SourceNotFound', { data: { id: sourceId } })
      }
      const connector = registry.find(source.type)
      if (connector && !isOfPlace(connector, source, grant)) {
        throw new AppError('Conflict', { data: { reason: 'overtaken' } })
      }
      await putInPlace(parts, tx, source, grant)
    },
    connectedWith: (source, name, tx) => connectedWith(tx?.db ?? database.read, registry, source, name),
    findAside: (flow, tx) => findGrantAside(tx?.db ?? database.read, flow),
    takeAside: (tx, flow) => takeGrantAside({ keyRing, now }, tx, flow),
    dropAside: (tx, flow) => dropGrantAside(tx, flow, now()),
    giveUp,
  }
}

/** The settings that its endpoints were made of are still the source's. */
function isOfPlace(connector: Connector, source: SourceRow, { values }: NewGrant): boolean {
  return Object.entries(endpointSettingsOf(connector, source)).every(
    ([name, value]) => (values[name] ?? '') === value,
  )
}

/**
 * Puts the grant in place of the source's old one: credentials, the source's new version and the event, all
 * in the caller's write.
 */
async function putInPlace(
  { registry, credentials, events, now, log }: Omit<GrantParts, 'database' | 'keyRing'>,
  tx: Transaction,
  source: SourceRow,
  { values, expiresAt, lifetime, life, externalAccount, oauthClientId, others = [] }: NewGrant,
): Promise<void> {
  const { id: sourceId, account_id: accountId, type, external_account: before } = source
  const connector = registry.find(type)
  // Many providers end all that one person gave our client by one revocation, as Google does: to revoke the old grant of
  // the same account, or of one that cannot be told from it, would end the new one. So it is left to its own end.
  const isOtherAccount = before !== null && externalAccount !== null && before !== externalAccount
  const endsAlone = connector?.oauth?.revocation?.endsNothingElse === true
  if (isOtherAccount || endsAlone) await giveUpGrant(tx, { accountId, sourceId }, 'replaced', now())
  await changeSource(tx, accountId, sourceId)
    .set((eb) => ({
      settings_version: eb('settings_version', '+', 1),
      // The new authorization may be for another account than the old one.
      external_account: externalAccount,
      ...(isOtherAccount &&
        connector && { properties: JSON.stringify(withoutChosen(connector.info, plainProperties(source))) }),
      updated_at: now(),
    }))
    .execute()
  await credentials.save(tx, {
    accountId,
    sourceId,
    kind: 'oauth',
    values,
    expiresAt,
    lifetime,
    life,
    oauthClientId,
  })
  for (const { role, ...other } of others) {
    await credentials.save(tx, { accountId, sourceId, kind: grantKind(role), ...other, oauthClientId })
  }
  const roles = others.map(({ role }) => role)
  await credentials.keepRoles(tx, accountId, sourceId, roles)
  await tellAccount(tx, events, accountId, 'source.authorized', { source_id: sourceId })
  const { tokensPerUser } = connector?.oauth?.refreshTraits ?? {}
  if (tokensPerUser === undefined || externalAccount === null) return
  const { length: connections } = [source, ...(await connectedWith(tx.db, registry, source, externalAccount))]
  if (connections <= tokensPerUser) return
  const about = { slug: connector?.info.slug, accountId, sourceId, connections, tokensPerUser }
  tx.afterCommit(() =>
    log.warn(
      about,
      'More connections have one account than its provider keeps grants: this one may have ended the oldest.',
    ),
  )
}
