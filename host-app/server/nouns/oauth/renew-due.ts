import type { Logger } from 'pino'
import type { Registry } from '../../../connectors/registry.ts'
import { traitsOf } from '../../../connectors/refresh-traits.ts'
import { isConnectorError } from '../../edges/connector-process/call-connector.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Database } from '../../store/database.ts'
import {
  type CredentialStore,
  type DueGrant,
  claimDueGrant,
  dateGrants,
  grantKind,
  typesOfUndatedGrants,
} from '../credentials/credentials.ts'
import type { FreshGrant } from './fresh-grant.ts'

export interface RenewDueParts {
  readonly database: Database
  readonly registry: Pick<Registry, 'find'>
  readonly credentials: Pick<CredentialStore, 'open'>
  readonly freshGrant: FreshGrant
  readonly now: () => number
  readonly log: Pick<Logger, 'info' | 'error'>
}

/** Renews grants that nobody asks for, before they die of that. */
export interface RenewDue {
  /** Dates what has no date yet. */
  prepare(): Promise<void>
  /** The next that is due; null where none is. */
  claim(): Promise<DueGrant | null>
  /** Never throws: what fails is due again by itself, and people are told of nothing but an end. */
  renew(due: DueGrant): Promise<void>
}

export function createRenewDue({
  database,
  registry,
  credentials,
  freshGrant,
  now,
  log,
}: RenewDueParts): RenewDue {
  return {
    // A new version of a connector may know more of its provider than the one that its grants were made by.
    async prepare() {
      for (const type of await typesOfUndatedGrants(database)) {
        const provider = registry.find(type)?.oauth
        if (!provider) continue
        for (const role of [null, ...(provider.otherGrants ?? []).map((other) => other.role)]) {
          await dateGrants(database, { type, kind: grantKind(role), traits: traitsOf(provider, role) })
        }
      }
    },
    claim: () => claimDueGrant(database, now()),
    async renew({ accountId, sourceId, kind, version }) {
      try {
        const opened = await credentials.open(accountId, sourceId, kind)
        // Somebody has asked meanwhile.
        if (opened?.version !== version || opened.status !== 'ok') return
        // By the way that all others go, so that nobody renews beside it.
        await freshGrant(accountId, sourceId, { otherThan: opened.values['access_token'] ?? null })
        log.info({ sourceId, kind }, 'A grant was renewed that nobody had asked for in a long time.')
      } catch (error) {
        // What the provider did is logged, and an end is told.
        if (isConnectorError(error) || (error instanceof AppError && error.code === 'SourceNotFound')) return
        log.error({ err: error, sourceId, kind }, 'a grant that nobody asks for could not be renewed')
      }
    },
  }
}
