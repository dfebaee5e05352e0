import { randomId } from '@bobbin/shared/random-id'

/**
 * A random id that people hand on: on a command line, where what begins with a hyphen is an option, or to `grep`, or
 * in a spreadsheet.
 */
export const shownId = (): string => notLikeAnOption(randomId)

/** The first of the ids made that does not begin with a hyphen. */
export function notLikeAnOption(make: () => string): string {
  for (;;) {
    const id = make()
    if (!id.startsWith('-')) return id
  }
}
