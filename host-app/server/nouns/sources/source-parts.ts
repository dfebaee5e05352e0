import type { Registry } from '../../../connectors/registry.ts'
import type { Database } from '../../store/database.ts'
import type { CredentialStore } from '../credentials/credentials.ts'
import type { EventLog } from '../events/events.ts'
import type { Selections, SourceFacts } from './source-facts.ts'

/** What sources stand on; each function of theirs names which of it. */
export interface SourceParts {
  readonly database: Database
  readonly registry: Pick<Registry, 'find'>
  readonly credentials: CredentialStore
  readonly facts: SourceFacts
  readonly selections: Pick<Selections, 'copy'>
  readonly events: EventLog
  readonly now: () => number
}
