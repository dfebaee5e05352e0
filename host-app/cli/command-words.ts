/**
 * The words of a command line, as a shell would take them apart: blanks between them, quotes around what has blanks. Nothing
 * is expanded. null: a quote is not closed, or it wants more than words.
 */
export function commandWords(line: string): string[] | null {
  const words: string[] = []
  let word: string | null = null
  let quote: '"' | "'" | null = null
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at)
    if (quote !== null) {
      if (character === quote) quote = null
      else if (character === '\\' && quote === '"') word += line.charAt(++at)
      else word += character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (character === '\\') word = (word ?? '') + line.charAt(++at)
    else if (/\s/.test(character)) {
      if (word !== null) words.push(word)
      word = null
      // A pipe, a list of commands or a redirection is a shell's, and there is none.
    } else if (/[|&;<>`$()]/.test(character)) return null
    else word = (word ?? '') + character
  }
  if (quote !== null) return null
  return word === null ? words : [...words, word]
}
