import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { plainCode, type RefusalWords } from './refusal-words.ts'

/** Whose doing a refusal is, and so who can mend it. */
export type Blame = 'person' | 'administrator' | 'operator' | 'provider'

const anyOf = (...patterns: string[]) => new RegExp(patterns.join('|'))

/** By which the callback says that the person did not want to, or did not finish at the provider's. */
const declined = anyOf(
  '^access_denied$',
  '^(?:consent|interaction|login)_required$',
  '^account_selection_required$',
  '^(?:(?:the_)?(?:user|end_user|resource_owner|customer|member|consent|access|authori[sz]ation|permissions?|request|login|oauth)_)?(?:was_|has_|have_|is_)?(?:cancel|den(?:y|ied)|declin|reject|refus|abort|not_granted)',
)

/** Google's policy; Salesforce's blocked apps; the approvals of Slack, Microsoft, Okta; and their kind. */
const administrators = anyOf(
  '(?:^|_)admin(?:s|istrators?)?_',
  '(?:^|_)app(?:lication)?_(?:blocked|access_denied|not_(?:approved|allowed|assigned))',
  '(?:^|_)approval_(?:required|needed|pending)',
  // An app that is not installed in the organization, or may not be.
  '^oauth_(?:ec_app_not_found|approval_error_generic)$',
  '^(?:unapproved|restricted)_(?:app|scopes?|permissions?|action)',
  '^(?:team|org|organi[sz]ation|workspace)_(?:access_not_granted|polic|restrict)',
  '^(?:invalid_app_access|no_matching_policy)$',
  '_not_(?:allowed_on_enterprise|assigned)$',
)
const administratorsNumbers = /\bAADSTS(?:9009[0345]|900941|900971|50105|53000|53003)\b/
const administratorsWords =
  /\badmin(?:istrator)?s?\b[^.]*\b(?:approv|consent|grant|allow|block|assign|contact|ask)|\b(?:approv|consent|grant|allow|block|assign|contact|ask)\w*\b[^.]*\badmin(?:istrator)?s?\b|\bnot assigned to (?:the|this|a) /i
/** What Salesforce has beside the code of a client that it does not know. */
const uninstalled = /\bapp must be installed\b/i
/** Codes that say no more than that it was refused: then the sentence beside them counts. */
const bare = /^(?:access_denied|consent_required|interaction_required|unauthori[sz]ed_client)$/

const ours =
  '(?:oauth_)?(?:clients?|app|application|scopes?|request|redirect_ur[il]|response_(?:type|mode)|grant_type|target|resource|audience)(?:_|$)'
const operators = anyOf(
  `^(?:invalid|bad|incorrect|wrong|unknown|missing|unauthori[sz]ed|unsupported|disallowed|insufficient)_${ours}`,
  `^(?:unapproved|unverified|disabled|deleted|suspended|inactive|expired|revoked)_${ours}`,
  '^(?:client|app|application)_(?:not_(?:found|active|enabled|verified)|cannot_be_found|disabled|suspended|inactive|deleted|expired)',
  '^redirect_ur[il]_|^origin_mismatch$',
  '^(?:request|request_uri|registration|response_type|grant_type)_not_supported$',
  // Google's, and Slack's: our registration is for one organization.
  '^org_internal$|_non_distributed_app$',
)

/** The provider does not take our client, or what we asked it for: what the operator has set up, or a connector says. */
export function isOperatorsFault({ quirks }: Pick<OAuthProvider, 'quirks'>, code: string | null): boolean {
  if (code === null) return false
  return quirks?.rejectedClientCodes?.includes(code) === true || operators.test(plainCode(code))
}

/** `administrator`: somebody in the person's organization has to let the app in; neither the person nor we can. */
export function blameFor(provider: Pick<OAuthProvider, 'quirks'>, { code, said = '' }: RefusalWords): Blame {
  if (code === null) return 'provider'
  const { deniedCodes, rejectedClientCodes } = provider.quirks ?? {}
  if (deniedCodes?.includes(code)) return 'person'
  if (rejectedClientCodes?.includes(code)) return 'operator'
  const plain = plainCode(code)
  if (administrators.test(plain) || administratorsNumbers.test(`${code} ${said}`)) return 'administrator'
  if (uninstalled.test(said)) return 'administrator'
  if (bare.test(plain) && administratorsWords.test(said)) return 'administrator'
  if (declined.test(plain)) return 'person'
  return isOperatorsFault(provider, code) ? 'operator' : 'provider'
}

/** What the operator should look at. `settings` are the names of those that hold our client. */
export function whereToLook(
  code: string | null,
  { settings, redirectUri, provider }: { settings: string; redirectUri: string; provider: OAuthProvider },
): string {
  const plain = plainCode(code ?? '')
  if (plain.includes('redirect')) return `Register ${redirectUri} as redirect URI at the provider.`
  if (plain.includes('scope')) return `Check the connector's scopes: ${provider.scopes.join(' ')}.`
  if (/^org_internal|non_distributed/.test(plain)) {
    return 'Our registration at the provider is for its own organization alone: open it to others there.'
  }
  if (/client|app/.test(plain)) {
    const { clientAuthentication: way } = provider
    const shown = typeof way === 'string' ? `"${way}"` : Object.keys(way.headers).join(', ')
    return `Check ${settings}, and clientAuthentication (${shown}) in the connector.`
  }
  return `Check the connector's oauth, and our registration at the provider (redirect URI ${redirectUri}).`
}
