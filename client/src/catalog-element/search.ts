import type { ShownConnector } from './shown-catalog.ts'

const indexed = new WeakMap<ShownConnector, readonly [name: string, synonyms: string, rest: string]>()

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
  for (const connector of connectors) ranks[rankOf(connector, words)]?.push(connector)
  return ranks.flat()
}

/** 0 is the best, and what is over 3 was not found. */
function rankOf(connector: ShownConnector, words: readonly string[]): number {
  const [name, synonyms, rest] = indexOf(connector)
  if (words.every((word) => name.includes(word))) return name.startsWith(words[0]!) ? 0 : 1
  const known = `${name} ${synonyms}`
  if (words.every((word) => known.includes(word))) return 2
  return words.every((word) => known.includes(word) || rest.includes(word)) ? 3 : 4
}

function indexOf(connector: ShownConnector) {
  let index = indexed.get(connector)
  if (!index) {
    const { name, slug, keywords = [], category = '', short_description = '', description = '' } = connector
    index = [
      plain(name),
      plain(`${slug} ${keywords.join(' ')} ${category}`),
      plain(`${short_description} ${description}`),
    ]
    indexed.set(connector, index)
  }
  return index
}

/** As people type it who leave out accents and capitals. */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
