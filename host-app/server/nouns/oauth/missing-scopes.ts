import type { Connector } from '../../../connectors/connector.ts'

/** What is about the sign-in; providers grant it without a word. */
const unsaid = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

/**
 * The required scopes that a provider did not grant. One that says nothing granted what was asked for (RFC 6749,
 * 5.1). Names are compared without letter case and without the address before them, as providers echo them; beyond
 * that a connector says which are as good (`impliedBy`).
 */
export function missingScopes({ info, oauth }: Connector, ...grants: (string | undefined)[]): string[] {
  const said = grants.filter((granted) => granted !== undefined)
  if (said.length === 0) return []
  const granted = said.join(' ')
  // Some echo with commas what they are asked for with blanks.
  const has = new Set([...granted.split(/\s+/), ...granted.split(/[\s,;]+/)].map(nameOf))
  return (info.authorization?.scopes ?? [])
    .filter(({ scope, is_required: isRequired }) => isRequired && !unsaid.has(scope.toLowerCase()))
    .map(({ scope }) => scope)
    .filter((scope) => ![scope, ...(oauth?.impliedBy?.[scope] ?? [])].some((name) => has.has(nameOf(name))))
}

function nameOf(scope: string): string {
  const plain = scope.toLowerCase().replace(/\/+$/, '')
  return /^https?:\/\//.test(plain) ? plain.slice(plain.lastIndexOf('/') + 1) : plain
}
