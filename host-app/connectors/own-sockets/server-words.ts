import { isolated } from '@bobbin/shared/isolated'

/** As much of it as a person will read. */
const mostCharacters = 240
/** As much as is looked at. A server may say megabytes. */
const mostLookedAt = 20_000

/** What a server or a pooler said, as it may be shown; null where it said nothing. */
export interface ServerWords {
  readonly sentence: string | null
  /** A secret stood in it, so that the error itself must go nowhere. */
  readonly heldSecret: boolean
}

/**
 * Quotes the server: whoever it is, it may say what it likes, and it knows all that it was sent. So each secret is
 * taken out in every form in which it could come back, and what is left is cut. `state` is the SQLSTATE.
 */
export function serverWords(
  parts: readonly (string | undefined)[],
  { state, secrets }: { state: string | undefined; secrets: readonly string[] },
): ServerWords {
  const all = parts.filter((part) => part).join(' ')
  const said = all.slice(0, mostLookedAt)
  const isWhole = said.length === all.length
  const scrubbed = withoutSecrets(said, secrets)
  // Where it was cut, the beginning of a secret may stand.
  const longest = Math.max(0, ...secrets.flatMap(formsOf).map((form) => form.length))
  const clean = (isWhole ? scrubbed : scrubbed.slice(0, -longest)).replace(/\s+/g, ' ').trim()
  // Characters that nobody sees may have stood in the middle of a secret.
  const shown = withoutSecrets(isolated(clean).slice(1, -1), secrets)
  const code = /^[0-9A-Z]{5}$/.test(state ?? '') ? ` (SQLSTATE ${state})` : ''
  return {
    sentence: shown === '' ? null : `The server said: ${isolated(cut(shown))}${code}.`,
    heldSecret: !isWhole || scrubbed !== said || shown.includes(hidden),
  }
}

const hidden = '***'

/** A text without these secrets, in whatever form they stand in it. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((one, other) => other.length - one.length)
  return forms.reduce((rest, form) => {
    if (form.length >= 4) return rest.replace(new RegExp(escaped(form), 'giu'), hidden)
    // A short one would blot out ordinary words: only where it stands by itself.
    return rest.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped(form)}(?![\\p{L}\\p{N}])`, 'gu'), hidden)
  }, text)
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** A text as it is, prepared, quoted and encoded. */
function formsOf(secret: string): string[] {
  if (secret === '') return []
  const bytes = Buffer.from(secret)
  const whole = [
    secret,
    secret.normalize('NFKC'),
    bytes.toString('latin1'),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("'", "''"),
    secret.replaceAll('\\', '\\\\').replaceAll("'", "\\'"),
    ...(secret.isWellFormed() ? [encodeURIComponent(secret)] : []),
  ]
  // Of a few bytes these are as common as ordinary words.
  if (bytes.length < 4) return whole
  return [
    ...whole,
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ]
}

function cut(text: string): string {
  const characters = Array.from(text)
  return characters.length <= mostCharacters ? text : `${characters.slice(0, mostCharacters - 1).join('')}…`
}
