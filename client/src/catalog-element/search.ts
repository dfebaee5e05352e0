import type { ShownConnector } from './shown-catalog.ts'

/** Each has what the one before it has: names, keywords and categories, what is said of it. */
type Index = readonly [name: string, known: string, all: string]
const indexed = new WeakMap<ShownConnector, Index>()

/**
 * Those that have all words of the query somewhere: in their names first, then in their keywords and categories, then in
 * what is said of them; among equals, in the order in which they came.
 */
export function findConnectors(
  connectors: readonly ShownConnector[],
  query: string,
): readonly ShownConnector[] {
  const words = plain(query).split(/\s+/).filter(Boolean)
  if (words.length === 0) return connectors
  const ranks: ShownConnector[][] = [[], [], [], []]
  for (const connector of connectors) {
    const index = indexOf(connector)
    if (hasAll(index[2], words)) ranks[rankOf(index, words)]!.push(connector)
  }
  return ranks.flat()
}

/**
 * Does ahead, a few at a time, what the first key would wait for. Not at once: what was found has to be painted first.
 */
export function prepareSearch(connectors: readonly ShownConnector[], from = 0): void {
  if (from >= connectors.length) return
  setTimeout(() => {
    for (const connector of connectors.slice(from, from + atATime)) indexOf(connector)
    prepareSearch(connectors, from + atATime)
  }, 20)
}
const atATime = 100

/** 0 is the best. */
function rankOf([name, known]: Index, words: readonly string[]): number {
  if (hasAll(name, words)) return name.startsWith(words[0]!) ? 0 : 1
  return hasAll(known, words) ? 2 : 3
}

function hasAll(text: string, words: readonly string[]): boolean {
  for (const word of words) if (!text.includes(word)) return false
  return true
}

function indexOf(connector: ShownConnector): Index {
  let index = indexed.get(connector)
  if (!index) {
    const { name, slug, keywords = [], category = '', short_description = '', description = '' } = connector
    const known = `${name} ${slug} ${keywords.join(' ')} ${category}`
    index = [plain(name), plain(known), plain(`${known} ${short_description} ${description}`)]
    indexed.set(connector, index)
  }
  return index
}

/** What most texts are, and quickly done: thousands are at the first key. */
// eslint-disable-next-line no-control-regex
const isAscii = /^[\0-\x7f]*$/

/** As people type it who leave out accents and capitals. */
function plain(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase()
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
