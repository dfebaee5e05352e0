import { inspect } from 'node:util'
import { expect } from 'vitest'

/** None of the secrets is anywhere in what came out, however deep. */
export function expectNoSecret(found: unknown, secrets: readonly string[]): void {
  const shown = inspect(found, {
    depth: Infinity,
    maxArrayLength: null,
    maxStringLength: null,
    showHidden: true,
  })
  for (const secret of secrets) expect(shown.includes(secret), 'a secret came out').toBe(false)
}
