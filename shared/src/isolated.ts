import { cleanName } from './clean-name.ts'

/**
 * A name as it stands within a sentence of plain text (a message, a label for screen readers, a window's
 * title): between U+2068 and U+2069 it turns nothing around it, and nothing around it turns it.
 */
export function isolated(name: string): string {
  return `\u2068${cleanName(name)}\u2069`
}

/** What lies between isolated names, and the names, by turns: the second part is a name, and each second one after it. */
export function sentenceParts(sentence: string): string[] {
  return sentence.split(/\u2068([^\u2066-\u2069]*)\u2069/)
}

/** A sentence that came from somewhere else, clean within its isolated names and outside of them. */
export function cleanSentence(sentence: string): string {
  return sentenceParts(sentence)
    .map((part, index) => (index % 2 === 1 ? isolated(part) : cleanName(part)))
    .join('')
}
