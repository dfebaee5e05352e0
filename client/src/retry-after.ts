/** Milliseconds that a `Retry-After` asks for: seconds, or a date of HTTP. Null for anything else. */
export function readRetryAfter(text: string | null): number | null {
  const word = text?.trim() ?? ''
  if (/^\d{1,9}$/.test(word)) return Number(word) * 1_000
  // All of HTTP's dates have a time: `Date.parse` alone finds a year in many a word.
  const wait = /\d:\d\d:\d\d/.test(word) ? Date.parse(word) - Date.now() : NaN
  return Number.isNaN(wait) ? null : Math.max(0, wait)
}
