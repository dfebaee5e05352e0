/**
 * What no name may hold, for use within a character class: control characters (C0, DEL, C1), and those
 * that turn the direction of the text around them or are never closed. Marks (LRM, RLM) and joiners
 * (ZWJ, ZWNJ) are not among them: names in Arabic, Hebrew and Persian need them.
 */
export const unfitForNames = String.raw`\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069`

const blanks = /[\t\n\v\f\r\u0085]+/g
const unfit = new RegExp(`[${unfitForNames}]`, 'g')

/**
 * A text that names something, or comes from somebody else's system, as it may be shown and logged.
 * What we are given by customers must be clean already; what vendors call their things is cleaned.
 */
export function cleanName(text: string): string {
  return text.replace(blanks, ' ').replace(unfit, '')
}
