/** Names that Bobbin has settings of its own for. */
const taken = ['frequency_in_minutes', 'anchor_time', 'cron_expression', 'new_fields', 'auth_method']

/** Makes names that Bobbin's settings can have of a tap's own: `apiKey` is `api_key`, `auth.Client-ID` `auth_client_id`. */
export function createNames(): (path: readonly string[]) => string {
  const used = new Set(taken)
  return (path) => {
    const words = path.map(inWords).filter((part) => part !== '')
    const joined = words.join('_').slice(0, 90)
    const wanted = /^[a-z]/.test(joined) ? joined : joined === '' ? 'setting' : `setting_${joined}`
    let name = wanted
    for (let count = 2; used.has(name); count += 1) name = `${wanted}_${count}`
    used.add(name)
    return name
  }
}

const inWords = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')

/** For people, where nobody has said what a setting is called. */
export function titleOf(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replace(/\b(id|url|api|ssl|ssh|aws)\b/g, (word) => word.toUpperCase())
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const secretWord =
  /(^|_)(password|passwd|pwd|passphrase|secret|token|api_?key|key|credentials?|cookie|dsn|pat)(_(\d+|json|pem|base64|b64|value|string))?$/
/** Keys that open nothing. */
const harmlessKey =
  /(^|_)(primary|replication|sort|partition|foreign|object|cursor|bookmark|unique|merge|order|project|issue)_key$/

/** Whether a setting of this name keeps a secret, as far as its name tells. */
export function isSecretName(name: string): boolean {
  return secretWord.test(name) && !harmlessKey.test(name)
}

/** Whether taps write another value of it into their config, as far as its name tells. */
export function isRenewedName(name: string): boolean {
  return (
    /(^|_)(access|refresh|id|session|bearer|oauth)_token$/.test(name) ||
    /(^|_)(expires|expires_at|expires_in|token_expiry|token_expiration)$/.test(name)
  )
}

/** What taps of Meltano's SDK all have, and hardly anybody sets. */
export function isSdkName(name: string): boolean {
  return /^(stream_maps|stream_map_config|flattening_\w+|faker_config\w*|batch_config\w*|add_record_metadata|load_method)$/.test(
    name,
  )
}
