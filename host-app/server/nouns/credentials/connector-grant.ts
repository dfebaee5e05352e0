import type { Connector, ConnectorGrant } from '../../../connectors/connector.ts'
import { type GrantedValues, keptValues } from './granted-values.ts'

/** What was granted, as its connector is given it. `externalAccount`: whose it is, as far as that is known. */
export function connectorGrant(
  { oauth }: Pick<Connector, 'oauth'>,
  values: GrantedValues,
  externalAccount: string | null,
): ConnectorGrant {
  const { access_token: accessToken, scope } = values
  const scopes = scope === undefined ? (oauth?.scopes ?? []) : scope.split(' ')
  return { accessToken, kept: keptValues(values), scopes, externalAccount }
}
