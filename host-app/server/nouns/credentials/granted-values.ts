import { ConnectorError } from '../../../connectors/connector.ts'
import { isTokenName } from '../../../connectors/oauth-rules.ts'

/** What a provider granted, by the names of the token reply; what was kept lies beside the tokens. Never answer or log it. */
export interface GrantedValues extends Readonly<Record<string, string>> {
  readonly access_token: string
}

/** @throws {ConnectorError} AuthorizationExpired where there is no access token */
export function granted(values: Readonly<Record<string, string>>): GrantedValues {
  const { access_token: token } = values
  if (token === undefined) throw new ConnectorError('AuthorizationExpired')
  return { ...values, access_token: token }
}

/** What is kept of a grant beside the tokens: what its endpoints are made of, and what the provider said. */
export function keptValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isTokenName(name)))
}
