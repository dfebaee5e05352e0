/**
 * Milliseconds that a `Retry-After` asks for, in whole seconds: seconds, or a date of HTTP; anything else is as if it were not
 * there. HTTP has no fractions of a second, and some say `2.0`.
 */
export function readRetryAfter(text: string | null, now: number): number | null {
  const word = text?.trim() ?? ''
  if (/^\d{1,15}(?:\.\d{1,9})?$/.test(word)) return Math.ceil(Number(word)) * 1_000
  // All of HTTP's dates name the day and the time; `Date.parse` alone would take "-5" for a year.
  const date = /^[a-z]{3,9},? .*\d\d:\d\d:\d\d/i.test(word) ? Date.parse(asUtc(word)) : NaN
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1_000) * 1_000)
}

/** C's form of a date has no zone and means UTC, as all of HTTP's do. */
const asUtc = (date: string): string => (/gmt$/i.test(date) ? date : `${date} GMT`)
