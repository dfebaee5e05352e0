/** Tokens, as all others enter them: those of accounts, of pages and of partners. */

export type { AccessTokenRow, AccessTokens } from './access-tokens.ts'
