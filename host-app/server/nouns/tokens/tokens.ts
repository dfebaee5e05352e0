/** Tokens, as all others enter them: those of accounts, of pages and of partners. */

export { type AccessTokenRow, type AccessTokens, createAccessTokens } from './access-tokens.ts'
export { type CustomerToken, type CustomerTokens, createCustomerTokens } from './customer-tokens.ts'
export {
  type EphemeralToken,
  type EphemeralTokens,
  createEphemeralTokens,
  sealedTokenPresets,
} from './ephemeral-tokens.ts'
export { type PageSessions, createPageSessions } from './page-sessions.ts'
export { type CodeRequest, type CodeSubject, type PartnerCodes, createPartnerCodes } from './partner-codes.ts'
export { tokenMissing, tokenRefused } from './token-refusals.ts'
export { type PopupLogin, type PopupLogins, createPopupLogins, popupLoginLifetime } from './popup-logins.ts'
export { type TokenUses, createTokenUses } from './token-uses.ts'
