import type { AddressPart } from '@bobbin/shared/connector-info'

/*
 * Reads what people copy elsewhere and paste into one field: an address, as a URL, with `jdbc:` before it or within a
 * command, or a list of `key=value`. It is read as leniently as the programs do that write it.
 */

export interface PastedAddress {
  /** In lower case; null for a list of `key=value`. */
  readonly scheme: string | null
  readonly parts: Readonly<Partial<Record<AddressPart, string>>>
  /** What was not understood, by name; never a value. */
  readonly unknown: readonly string[]
  /** It names several hosts, of which the first is taken. */
  readonly hasMoreHosts: boolean
}

/** What the text says; null for a text that is no address. */
export function readAddress(text: string): PastedAddress | null {
  const bare = unwrapped(text)
  const url = /^(?:jdbc:)?([a-z][a-z0-9+.-]*):\/\/([^]*)$/i.exec(bare)
  if (url) return readUrl((url[1] ?? '').toLowerCase(), (url[2] ?? '').replace(/\s+/g, ''))
  return readList(bare)
}

/** Without what commonly stands around it: `psql "…"`, `export DATABASE_URL='…'`, quotes, blanks. */
function unwrapped(text: string): string {
  const bare = text
    .trim()
    .replace(/^\$?\s*psql\s+(?:-d\s*|--dbname[= ]\s*)?/, '')
    .replace(/^(?:export\s+)?[A-Z][A-Z0-9_]*\s*=\s*(?=["']?(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/)/, '')
    .replace(/;\s*$/, '')
  const quoted = /^(["'`<])([^]*)(["'`>])$/.exec(bare)
  const isQuoted = quoted && (quoted[1] === '<' ? '>' : quoted[1]) === quoted[3]
  return (isQuoted ? (quoted[2] ?? '') : bare).trim()
}

function readUrl(scheme: string, rest: string): PastedAddress | null {
  const { authority, after } = splitAuthority(rest)
  const at = authority.lastIndexOf('@')
  const [user, password] = cutAt(authority.slice(0, Math.max(at, 0)), ':')
  const [path, query = ''] = cutAt(after.split('#', 1)[0] ?? '', '?')
  const [first = '', ...more] = authority.slice(at + 1).split(',')
  const { host, port } = readHost(first)
  const database = path.replace(/^\//, '')
  const pairs = query.split('&').map((pair) => cutAt(pair, '='))
  const said = readPairs(pairs.map(([key, value]) => [decoded(key), decoded(value ?? '')]))
  const placed = present({
    host: decoded(host),
    port,
    user: decoded(user),
    password: decoded(password ?? ''),
    database: decoded(database),
  })
  const parts = { ...placed, ...said.parts }
  if (!parts.host && !parts.database) return null
  return withoutSocket({
    scheme,
    parts,
    unknown: said.unknown,
    hasMoreHosts: more.length > 0 || said.hasMoreHosts,
  })
}

/** Where the authority ends. A password that was not encoded may have `/`, `?`, `#` and `@` in it. */
function splitAuthority(rest: string): { authority: string; after: string } {
  const end = rest.search(/[/?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const isCut =
    !authority.includes('@') && /^[^:[\]]+:(?!\d{1,5}$)./.test(authority) && !authority.includes(',')
  const at = isCut ? rest.lastIndexOf('@') : -1
  if (at < 0) return { authority, after: rest.slice(authority.length) }
  const later = rest.slice(at).search(/[/?#]/)
  const whole = later < 0 ? rest : rest.slice(0, at + later)
  return { authority: whole, after: rest.slice(whole.length) }
}

function readHost(text: string): { host: string; port: string } {
  const [, inner, address, name, port] =
    /^(?:\[([^\]]*)\]|([^:]*:[^:]*:.*)|([^:]*))(?::(\d+))?$/.exec(text) ?? []
  return { host: inner ?? address ?? name ?? '', port: port ?? '' }
}

/** `host=… port=…`, values in quotes or not; with semicolons between them as other drivers write it. */
function readList(text: string): PastedAddress | null {
  const hasSemicolons = /;\s*\w[\w ]*=/.test(text)
  const pair = hasSemicolons
    ? /\s*(\w[\w ]*?)\s*=\s*("[^"]*"|'[^']*'|[^;]*?)\s*(?:;|$)/gy
    : /\s*(\w+)\s*=\s*('(?:[^'\\]|\\[^])*'|"[^"]*"|(?:[^\s'\\]|\\[^])*)(?=\s|$)/gy
  const pairs: [string, string][] = []
  let end = 0
  for (const [whole, key = '', value = ''] of text.matchAll(pair)) {
    end += whole.length
    pairs.push([key, unquoted(value)])
  }
  const { parts, ...rest } = readPairs(pairs)
  const isAddress = text.slice(end).trim() === '' && parts.host !== undefined && pairs.length > 1
  return isAddress ? withoutSocket({ scheme: null, parts, ...rest }) : null
}

function unquoted(value: string): string {
  const inner = /^(['"])([^]*)\1$/.exec(value)?.[2] ?? value
  return inner.replace(/\\([^])/g, '$1')
}

const keys: Readonly<Record<string, AddressPart>> = {
  host: 'host',
  server: 'host',
  hostaddr: 'host',
  port: 'port',
  user: 'user',
  username: 'user',
  userid: 'user',
  uid: 'user',
  password: 'password',
  pwd: 'password',
  dbname: 'database',
  database: 'database',
  sslmode: 'tls_mode',
  ssl: 'tls_mode',
}

function readPairs(
  pairs: readonly (readonly [string, string])[],
): Pick<PastedAddress, 'parts' | 'unknown' | 'hasMoreHosts'> {
  const parts: Partial<Record<AddressPart, string>> = {}
  const unknown: string[] = []
  for (const [key, value] of pairs) {
    const name = key.toLowerCase().replaceAll(/[\s_-]/g, '')
    const part = Object.hasOwn(keys, name) ? keys[name] : undefined
    if (value === '' || name === '') continue
    // A name rules over the address that goes with it, and `sslmode` over `ssl`, wherever they stand.
    const isLesser = part && parts[part] !== undefined && (name === 'hostaddr' || name === 'ssl')
    if (!part) unknown.push(key)
    else if (!isLesser) parts[part] = value
  }
  const [host, ...more] = parts.host?.split(',') ?? []
  const [port] = parts.port?.split(',') ?? []
  return {
    parts: { ...parts, ...present({ host: host ?? '', port: port ?? '' }) },
    unknown,
    hasMoreHosts: more.length > 0,
  }
}

/** A socket is a file of the machine that the text comes from. */
function withoutSocket(address: PastedAddress): PastedAddress {
  if (!address.parts.host?.startsWith('/')) return address
  const entries = Object.entries(address.parts).filter(([part]) => part !== 'host')
  return { ...address, parts: Object.fromEntries(entries), unknown: [...address.unknown, 'host'] }
}

function present<Name extends string>(values: Readonly<Record<Name, string>>): Partial<Record<Name, string>> {
  const entries = Object.entries<string>(values).filter(([, value]) => value !== '')
  return Object.fromEntries(entries) as Partial<Record<Name, string>>
}

function cutAt(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** A percent sign that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
