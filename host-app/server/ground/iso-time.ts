/** A time of the store as it goes out; null where there is none. */
export function isoTime<Time extends number | null>(millis: Time): Time extends null ? null : string
export function isoTime(millis: number | null): string | null {
  return millis === null ? null : new Date(millis).toISOString()
}

/** The same in whole seconds, as Stitch writes the times of what it has, too: its clients read them by that form alone. */
export function wholeSeconds<Time extends number | null>(millis: Time): Time extends null ? null : string
export function wholeSeconds(millis: number | null): string | null {
  return millis === null ? null : new Date(millis).toISOString().replace(/\.\d+Z$/, 'Z')
}
