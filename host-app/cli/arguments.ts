import { InvalidArgumentError } from 'commander'

/** Parses an id. */
export function idArgument(text: string): number {
  const id = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(id) || id < 1) {
    throw new InvalidArgumentError('An id is a positive integer.')
  }
  return id
}

/** Parses a number of things that may be none. */
export function countArgument(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}
