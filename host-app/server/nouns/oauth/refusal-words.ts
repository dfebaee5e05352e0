import { createScrub } from '../../ground/scrub.ts'

/** What a provider says with a refusal. */
export interface RefusalWords {
  /** Its code; null where it named none, or none that can be read. */
  readonly code: string | null
  /** Its sentence, as it came: to be scrubbed before anybody sees it. */
  readonly said?: string | undefined
}

type Fields = Readonly<Record<string, unknown>>

/** An error code of a provider, if it looks like one, with or without a sentence behind it. Other text may hold anything. */
export function readProviderCode(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const text = value.trim()
  const [head = ''] = /^[A-Za-z0-9_.:-]{1,100}(?![A-Za-z0-9_.:-])/.exec(text) ?? []
  const isAlone = head.length === text.length
  const isCode = isAlone || head.endsWith(':') || head.includes('_') || /^[A-Z]{2,}\d+$/.test(head)
  return isCode ? head.replace(/[.:-]+$/, '') || null : null
}

/** The same code in one spelling, whatever its case and what stands between its words. */
export function plainCode(code: string): string {
  return code
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[\s.-]+/g, '_')
}

const codeNames = [
  'error',
  'code',
  'error_code',
  'errorcode',
  'type',
  'error_type',
  'errortype',
  'reason',
  'status',
]
const wordNames = /(?:description|message|msg|detail|details|summary|string|title)$/i
/** In any letter case, with a name of its kind before it: "OAuthException: Invalid Grant (…)". */
const endedGrant = /^["'\s]*(?:[\w-]+[.:/]\s*){0,3}invalid[\s_.-]?grant(?!\w)/i
/** No provider's error needs more. */
const mostFields = 40
const longestWords = 1_000

/**
 * Reads a refusal, whose code may lie in any of the places where providers put it. One that says that the grant is
 * gone counts wherever it is, in its standard or declared spelling; `ended` are the beginnings of the declared ones.
 */
export function readRefusalWords(body: Fields | string, ended: readonly string[] = []): RefusalWords {
  const { codes, words } = typeof body === 'string' ? wordsOf(body) : placesIn(body)
  // A text that is no fields is only looked through: it may hold anything.
  const said = typeof body === 'string' || words[0] === undefined ? {} : { said: words[0] }
  for (const text of [...codes, ...words]) {
    const declared = ended.find((code) => text.toLowerCase().startsWith(code.toLowerCase()))
    if (declared !== undefined) return { code: declared, ...said }
    if (endedGrant.test(text)) return { code: 'invalid_grant', ...said }
  }
  const readable = codes.flatMap((text) => readProviderCode(text) ?? [])
  return { code: readable.find((code) => !/^\d+$/.test(code)) ?? readable[0] ?? null, ...said }
}

/** No fields at all: a sentence, if it is not a whole page. */
function wordsOf(text: string) {
  const isSentence = text.trim() !== '' && text.length <= longestWords && !text.includes('<')
  return { codes: [], words: isSentence ? [text.trim()] : [] }
}

/** What may be a code, the likeliest first, and what are sentences; at the top and in what is nested. */
function placesIn(body: Fields): { codes: string[]; words: string[] } {
  const codes: { text: string; rank: number }[] = []
  const words: string[] = []
  const levels: { fields: Fields; depth: number }[] = [{ fields: body, depth: 0 }]
  let left = mostFields
  for (const { fields, depth } of levels) {
    for (const [name, value] of Object.entries(fields)) {
      if (left-- <= 0) break
      const rank = codeNames.indexOf(name.toLowerCase())
      const text = typeof value === 'number' ? String(value) : value
      if (typeof text === 'string') {
        if (wordNames.test(name)) words.push(text.slice(0, longestWords))
        else if (rank >= 0) codes.push({ text: text.slice(0, longestWords), rank })
      } else if (depth < 3) {
        for (const item of Array.isArray(value) ? value.slice(0, 3) : [value]) {
          if (isFields(item)) levels.push({ fields: item, depth: depth + 1 })
          else if (typeof item === 'string' && /^errors?$/i.test(name)) codes.push({ text: item, rank: 0 })
        }
      }
    }
  }
  return { codes: codes.toSorted((one, other) => one.rank - other.rank).map(({ text }) => text), words }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const longestSaid = 300
/** Longer than any word, and not made of letters alone: a token, or what else nobody should read. */
const opaque = /(?=[^\s'"]*\d)[A-Za-z0-9_\-.~+/=%]{24,}/g

/** A provider's sentence for the operator's log: free of these secrets and of what looks like one, and cut. */
export function scrubSaid(said: string | undefined, secrets: readonly (string | null)[]): string | undefined {
  if (said === undefined) return undefined
  const text = createScrub(secrets)(said.slice(0, longestWords))
    .replaceAll(/[^\s@]+@[^\s@]+/g, '***')
    .replaceAll(opaque, '***')
  return text.slice(0, longestSaid)
}

/** A vendor's own number for an error, such as `AADSTS50011`, which its support and its documents know. */
export function vendorCodeIn(said: string | undefined): string | null {
  return /\b[A-Z]{2,12}[-_]?\d{3,10}\b/.exec(said ?? '')?.[0] ?? null
}
