/**
 * How a search finds a stream or a field, in the picker and on the server: every word that is typed is somewhere
 * in its names, in any order. Case, accents, and what stands between words (blanks, dots, `_`, `-`) do not count.
 */

/** Letters that are no letter with an accent, as far as Unicode goes. */
const plainLetters: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ħ: 'h',
  æ: 'ae',
  œ: 'oe',
  ς: 'σ',
}

/** A text as searches compare it. */
export function searchable(text: string): string {
  // Nearly all names of a hundred thousand tables.
  if (/^[ -~]*$/.test(text))
    return text
      .toLowerCase()
      .replace(/[\s_.\-/:,;]+/g, ' ')
      .trim()
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      // Up first: only so is `ß` the same as `SS`.
      .toUpperCase()
      .toLowerCase()
      .replace(/[łøđħæœς]/g, (letter) => plainLetters[letter] ?? letter)
      .replace(/[\s\p{Cf}\p{Cc}_.\-/:,;]+/gu, ' ')
      .trim()
  )
}

/** The words of a search. None: it finds everything. */
export function searchWords(q: string): string[] {
  const words = [...new Set(searchable(q).split(' '))]
  return words.filter((word) => word && !words.some((other) => other !== word && other.includes(word)))
}

/** Whether the words are all in a text that is `searchable` already. */
export function hasWords(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word))
}

/** Whether a search finds, in any text, all that the other one finds. */
export function findsAllOf(wider: string, narrower: string): boolean {
  const within = searchWords(narrower)
  return searchWords(wider).every((word) => within.some((other) => other.includes(word)))
}

/** What a choice of a vendor's is searched by. */
export function optionText({
  label,
  hint = '',
  value,
}: {
  label: string
  hint?: string | undefined
  value: string
}): string {
  return searchable(`${label} ${hint} ${value}`)
}

/** What a stream is searched by. */
export function streamText(stream: { tap_stream_id: string; stream_name: string }): string {
  return searchable(`${stream.tap_stream_id} ${stream.stream_name}`)
}
