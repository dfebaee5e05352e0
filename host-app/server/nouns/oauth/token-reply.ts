import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { type RefreshLifeInReply, traitsOf } from '../../../connectors/refresh-traits.ts'
import { readRefusalWords, type RefusalWords } from './refusal-words.ts'
import { readLifetime, readScope, textOf } from './reply-values.ts'

/** What a token endpoint said, whatever its dialect. */
export type TokenReply =
  | {
      kind: 'granted'
      /** `access_token`, `token_type`, perhaps `refresh_token`, `scope`, and the provider's kept fields. */
      values: Record<string, string>
      /** How long the access token lives, in milliseconds; null where the provider does not say. */
      lifetime: number | null
      /** How long its refresh token lives, in milliseconds, where the provider says it in its replies. */
      refreshLifetime?: number
      /** Where a nonce was sent, for it to be compared. */
      idToken?: string
      /** What was granted beside it, by role. */
      others?: Readonly<Record<string, GrantInReply>>
    }
  | ({ kind: 'refused' } & RefusalWords)

type Granted = Extract<TokenReply, { kind: 'granted' }>

/** One of the grants in a reply. */
export type GrantInReply = Pick<Granted, 'values' | 'lifetime' | 'refreshLifetime'>

/** `settings`: whatever the vendor calls an exchange of what the settings hold. */
export type GrantType = 'authorization_code' | 'refresh_token' | 'settings'

type Fields = Record<string, unknown>

/**
 * Reads the reply by the provider's declared quirks; its content type is not believed. `role`: the grant that is renewed, if
 * not the main one. Pure.
 */
export function parseTokenReply(
  text: string,
  isSuccess: boolean,
  grantType: GrantType,
  provider: ReplyDialect,
  role: string | null = null,
): TokenReply {
  const { quirks = {}, otherGrants = [], sendsNonce } = provider
  const refused = (said: Fields | string): TokenReply => ({
    kind: 'refused',
    ...readRefusalWords(said, grantType === 'refresh_token' ? quirks.endedGrantCodes : []),
  })
  const body = parseJson(text) ?? (quirks.replyFormat === 'form' ? parseForm(text) : null)
  // An error may come as a form from whoever grants in JSON.
  if (!body) return refused(/(?:^|&)error/.test(text) ? parseForm(text) : text)
  if (!isSuccess || (quirks.okFlag && body['ok'] !== true)) return refused(body)

  const path = role === null ? quirks.tokenPath : otherGrants.find((other) => other.role === role)?.path
  const nested = tokenAt(body, path ?? [])
  // A refresh answers with the token itself at the top, even where the first grant nests it.
  const fields = nested ?? (grantType === 'refresh_token' ? tokenAt(body, []) : null)
  // Some providers report failures with status 200 and an `error`.
  if (!fields) return refused(body)
  const main = grantIn(fields, body, provider, role)
  const idToken = sendsNonce ? textOf(fields['id_token'] ?? body['id_token']) : null
  const granted: Granted = { kind: 'granted', ...main, ...(idToken !== null && { idToken }) }
  // Each of them is renewed for itself.
  if (grantType === 'refresh_token' || otherGrants.length === 0) return granted
  const others: Record<string, GrantInReply> = {}
  for (const other of otherGrants) {
    const theirs = tokenAt(body, other.path)
    if (theirs) others[other.role] = grantIn(theirs, body, provider, other.role)
    else if (other.fatal) return refused(body)
  }
  return { ...granted, others }
}

type ReplyDialect = Pick<
  OAuthProvider,
  'quirks' | 'keptFields' | 'sendsNonce' | 'lifetimeUnit' | 'otherGrants' | 'refreshTraits'
>

/** What lies at the path, if there is an access token in it. */
function tokenAt(body: Fields, path: readonly string[]): (Fields & { access_token: string }) | null {
  const fields = fieldsAt(body, path)
  const accessToken = textOf(fields?.['access_token'])
  return accessToken === null ? null : { ...fields, access_token: accessToken }
}

/** `fields`: where the grant's own lie in the body. */
function grantIn(
  fields: Fields & { access_token: string },
  body: Fields,
  provider: ReplyDialect,
  role: string | null,
): GrantInReply {
  const { quirks = {}, keptFields = {}, lifetimeUnit } = provider
  const values: Record<string, string> = {}
  for (const [name, path] of Object.entries(keptFields)) {
    const value = valueAt(fields, path) ?? valueAt(body, path)
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      values[name] = String(value)
    }
  }
  values['access_token'] = fields.access_token
  values['token_type'] = textOf(fields['token_type']) ?? 'Bearer'
  const refreshToken = textOf(fields['refresh_token'])
  if (refreshToken) values['refresh_token'] = refreshToken
  const scope = readScope(fields['scope'], quirks.grantedScopeSeparator ?? ' ')
  if (scope) values['scope'] = scope
  const lifetime = readLifetime(fields['expires_in'], lifetimeUnit)
  const { inReply } = traitsOf(provider, role)
  const refreshLifetime = refreshToken && inReply ? readRefreshLifetime(fields, body, inReply) : null
  return { values, lifetime, ...(refreshLifetime !== null && { refreshLifetime }) }
}

function readRefreshLifetime(
  fields: Fields,
  body: Fields,
  { path, unit }: RefreshLifeInReply,
): number | null {
  return readLifetime(valueAt(fields, path) ?? valueAt(body, path), unit)
}

function parseJson(text: string): Fields | null {
  try {
    // A byte order mark counts as blank, and is none of JSON's.
    const value: unknown = JSON.parse(text.trim())
    return isFields(value) ? value : null
  } catch {
    return null
  }
}

function parseForm(text: string): Fields {
  return Object.fromEntries(new URLSearchParams(text.trim()))
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldsAt(body: Fields, path: readonly string[]): Fields | null {
  let fields = body
  for (const name of path) {
    const inner = Object.hasOwn(fields, name) ? fields[name] : null
    if (!isFields(inner)) return null
    fields = inner
  }
  return fields
}

/** What lies at a path such as `team.id`, or under that very name. */
function valueAt(body: Fields, path: string): unknown {
  if (Object.hasOwn(body, path)) return body[path]
  const names = path.split('.')
  const last = names.pop() ?? ''
  const fields = fieldsAt(body, names)
  return fields && Object.hasOwn(fields, last) ? fields[last] : undefined
}
