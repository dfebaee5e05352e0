import { isGrantRefused } from '../../../connectors/connector.ts'
import { isConnectorError } from '../../edges/connector-process/call-connector.ts'
import type { GrantedValues } from './granted-values.ts'

/** All that a source was granted: the main grant, and others of the same consent by their roles, as far as they are good. */
export interface SourceGrants {
  readonly values: GrantedValues
  readonly others: Readonly<Record<string, GrantedValues>>
}

/** None may be seen in what is told of the source. */
export function tokensIn(grants: SourceGrants | null): string[] {
  return grants ? [grants.values, ...Object.values(grants.others)].map((values) => values.access_token) : []
}

/** The token of which a connector says that the vendor refused it; null where it says something else. */
export function refusedToken(error: unknown, grants: SourceGrants | null): string | null {
  if (grants === null || !isConnectorError(error) || !isGrantRefused(error)) return null
  const values = typeof error.role === 'string' ? grants.others[error.role] : grants.values
  return values?.access_token ?? null
}
