import type { Logger } from 'pino'
import type { Registry } from '../connectors/registry.ts'
import type { Accounts } from './accounts/accounts.ts'
import type { Checks } from './checks/checks.ts'
import type { CheckRunner } from './checks/check-runner.ts'
import type { Config } from './config.ts'
import type { CredentialStore } from './credentials/credential-store.ts'
import type { EventLog } from './events/event-log.ts'
import type { Flows } from './flows/flows.ts'
import type { OAuth } from './oauth/oauth.ts'
import type { EphemeralTokens } from './sessions/ephemeral-tokens.ts'
import type { Sources } from './sources/sources.ts'
import type { Database } from './storage/database.ts'
import type { Streams } from './streams/streams.ts'

/** Everything that the doors stand on. One set per process; tests make their own. */
export interface Services {
  readonly config: Config
  readonly database: Database
  readonly events: EventLog
  readonly now: () => number
  readonly registry: Registry
  readonly credentials: CredentialStore
  readonly accounts: Accounts
  readonly sessions: EphemeralTokens
  readonly sources: Sources
  readonly checks: Checks
  readonly streams: Streams
  readonly oauth: OAuth
  readonly flows: Flows
  readonly checkRunner: CheckRunner
  readonly log: Logger
}
