import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { plainCode } from './refusal-words.ts'

/** By which the callback says that the person did not want to, or did not finish at the provider's. */
const declined = new Set([
  'access_denied',
  'consent_required',
  'interaction_required',
  'login_required',
  'account_selection_required',
])
const declinedInWords =
  /^(?:(?:the_)?(?:user|end_user|resource_owner|customer|member|consent|access|authori[sz]ation|permissions?|request|login|oauth)_)?(?:was_|has_|have_|is_)?(?:cancel|den(?:y|ied)|declin|reject|refus|abort|not_granted)/

export function isDeclined({ quirks }: Pick<OAuthProvider, 'quirks'>, code: string): boolean {
  const plain = plainCode(code)
  return declined.has(plain) || declinedInWords.test(plain) || quirks?.deniedCodes?.includes(code) === true
}

const operators =
  /^(?:(?:invalid|bad|incorrect|wrong|unknown|missing|unauthori[sz]ed|unsupported|disallowed|insufficient)_(?:oauth_)?(?:clients?|app|application|scopes?|request|redirect_ur[il]|response_(?:type|mode)|grant_type|target|resource|audience)(?:_|$)|redirect_ur[il]_|(?:client|app|application)_(?:not_found|disabled|suspended|inactive|deleted)|(?:request|request_uri|registration)_not_supported$)/

/** The provider does not take our client, or what we asked it for: what the operator has set up, or a connector says. */
export function isOperatorsFault(code: string | null): boolean {
  return code !== null && operators.test(plainCode(code))
}

/** What the operator should look at. `settings` are the names of those that hold our client. */
export function whereToLook(
  code: string | null,
  { settings, redirectUri, provider }: { settings: string; redirectUri: string; provider: OAuthProvider },
): string {
  const plain = plainCode(code ?? '')
  if (plain.includes('redirect')) return `Register ${redirectUri} as redirect URI at the provider.`
  if (plain.includes('scope')) return `Check the connector's scopes: ${provider.scopes.join(' ')}.`
  if (/client|app/.test(plain)) {
    return `Check ${settings}, and clientAuthentication ("${provider.clientAuthentication}") in the connector.`
  }
  return `Check the connector's oauth, and our registration at the provider (redirect URI ${redirectUri}).`
}
