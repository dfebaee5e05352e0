import { InvalidArgumentError } from 'commander'

/** Parses an id. */
export function idArgument(text: string): number {
  const id = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(id) || id < 1) {
    throw new InvalidArgumentError('An id is a positive integer.')
  }
  return id
}

/**
 * Parses the random id of something. Some of those that were made once begin with a hyphen, as options do: a command
 * that takes one allows options that it does not know, and this refuses them.
 */
export function randomIdArgument(text: string): string {
  if (text.startsWith('-') && !/^[\w-]{22}$/.test(text)) {
    throw new InvalidArgumentError('There is no such option, and an id has 22 characters.')
  }
  return text
}

/** Parses a number of things that may be none. */
export function countArgument(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}
