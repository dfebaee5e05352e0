/**
 * Reads the README's table of errors.
 *
 * @param {string} readme
 * @returns {{ code: string, when: string, advice: string, isRetryable: boolean }[]}
 */
export function readErrorTable(readme) {
  return [...readme.matchAll(/^\| `(\w+)Error` \|(.+)\|(.+)\| (yes|no) +\|$/gm)].map(
    ([, code, when, advice, retryable]) => ({
      code,
      when: when.trim(),
      advice: advice.trim(),
      isRetryable: retryable === 'yes',
    }),
  )
}
