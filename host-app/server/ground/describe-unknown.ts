/** What may be logged of an error that nobody explained: which kind it is, and not a word of its text. */
export function describeUnknown(error: unknown): { name: string; code: string | null } {
  const name = error instanceof Error ? error.constructor.name : typeof error
  const code =
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[\w-]{1,40}$/.test(error.code)
      ? error.code
      : null
  return { name, code }
}
