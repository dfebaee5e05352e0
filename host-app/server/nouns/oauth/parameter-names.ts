import type { OAuthProvider, StandardParameter } from '../../../connectors/oauth-provider.ts'

/** The parameters under the provider's names for them, without those that it wants to see none of. */
export function named(
  { parameterNames = {} }: Pick<OAuthProvider, 'parameterNames'>,
  parameters: Readonly<Partial<Record<StandardParameter, string>>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]): [string, string][] => {
      const own = parameterNames[name as StandardParameter]
      return own === null ? [] : [[own ?? name, value]]
    }),
  )
}
