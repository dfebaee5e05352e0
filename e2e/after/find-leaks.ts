import type { Saying } from '../evidence.ts'

/** Where a secret was found, by its kind; never the secret itself. */
export interface Leak {
  readonly kind: string
  readonly where: string
}

const word = /[\w-]{8,}/g
const isWord = /^[\w-]+$/

/** Our tokens, known or not; and what a driver, a stack or a query prints. */
const ownTokens = /\bbob_[a-z]+_[\w-]{40,}|\bwhsec_[\w+/=]{20,}/
const foreignWords = new RegExp(
  [
    'password authentication failed',
    'no pg_hba\\.conf',
    '\\bFATAL:',
    '\\bSQLITE_[A-Z]+',
    '\\b(?:select|insert into|update|delete from) \\W?"\\w+',
    '(?:^|\\n|\\\\n) +at \\S.*:\\d+:\\d+',
  ].join('|'),
)

/** What a database said when it refused: quoted, and by then without secrets. */
const quoted = /The server said: \u2068[^\u2069]*\u2069/g

/** Secrets in texts, whether they stand alone or inside of something longer with other characters around. */
export function findSecrets(secrets: ReadonlyMap<string, string>, texts: Iterable<Saying>): Leak[] {
  const odd = [...secrets].filter(([value]) => !isWord.test(value))
  const leaks: Leak[] = []
  for (const { where, text } of texts) {
    const plain = decoded(text)
    const found = new Set<string>()
    for (const [candidate] of plain.matchAll(word)) {
      const kind = secrets.get(candidate)
      if (kind !== undefined) found.add(kind)
    }
    for (const [value, kind] of odd) if (plain.includes(value)) found.add(kind)
    if (ownTokens.test(plain)) found.add('a token of ours')
    for (const kind of found) leaks.push({ kind, where })
  }
  return leaks
}

/** Text of a driver, of the store, or a stack in what goes out. */
export function findForeignText(texts: Iterable<Saying>): Leak[] {
  return [...texts].flatMap(({ where, text }) => {
    const found = foreignWords.exec(text.replaceAll(quoted, ''))
    return found ? [{ kind: `foreign text: ${found[0]}`, where }] : []
  })
}

/** With what is percent-encoded or escaped in it, beside the text as it is. */
function decoded(text: string): string {
  const percent = text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return run
    }
  })
  const unescaped = text.replaceAll(/\\(["\\/])/g, '$1')
  return [text, percent === text ? '' : percent, unescaped === text ? '' : unescaped].join('\n')
}
