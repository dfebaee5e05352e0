import type { Connector, ConnectorGrant } from '../../../connectors/connector.ts'
import { type GrantedValues, keptValues } from './granted-values.ts'
import type { SourceGrants } from './source-grants.ts'

/** What was granted, as its connector is given it. `externalAccount`: whose it is, as far as that is known. */
export function connectorGrant(
  { oauth }: Pick<Connector, 'oauth'>,
  { values, others }: SourceGrants,
  externalAccount: string | null,
): ConnectorGrant {
  const { otherGrants = [] } = oauth ?? {}
  return {
    accessToken: values.access_token,
    kept: keptValues(values),
    scopes: scopesOf(values) ?? oauth?.scopes ?? [],
    externalAccount,
    ...(otherGrants.length > 0 && {
      others: Object.fromEntries(
        Object.entries(others).map(([role, other]) => [
          role,
          { accessToken: other.access_token, scopes: scopesOf(other) ?? [] },
        ]),
      ),
    }),
  }
}

function scopesOf({ scope }: GrantedValues): string[] | null {
  return scope === undefined ? null : scope.split(' ')
}
