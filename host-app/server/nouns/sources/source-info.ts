import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { infoFor, settingsGrantOf } from '../../../connectors/auth-methods.ts'
import type { Connector } from '../../../connectors/connector.ts'
import type { CredentialKind } from '../credentials/credentials.ts'
import type { Registry } from '../../../connectors/registry.ts'
import { plainProperties, type SourceRow } from './source-row.ts'

/** What is known of the type of a source, with the steps of how it signs in; undefined where the type is no longer there. */
export function infoOfSource(
  { find }: Pick<Registry, 'find'>,
  row: Pick<SourceRow, 'type' | 'properties'>,
): ConnectorInfo | undefined {
  const info = find(row.type)?.info
  return info && infoFor(info, plainProperties(row))
}

/** What kind of grant the source signs in with; null where it does without. */
export function signInKind(
  connector: Connector,
  row: Pick<SourceRow, 'properties'>,
): Exclude<CredentialKind, 'form'> | null {
  if (signsInByOAuth(connector, row)) return 'oauth'
  return settingsGrantOf(connector, plainProperties(row)) ? 'token' : null
}

/** Whether the source signs in by OAuth: its type may leave the choice. */
export function signsInByOAuth(connector: Connector, row: Pick<SourceRow, 'properties'>): boolean {
  return infoFor(connector.info, plainProperties(row)).steps.includes('oauth')
}
