/**
 * Reads a README's table of errors, however wide its columns are. The table for a quick look has no advice.
 *
 * @param {string} readme
 * @returns {{ code: string, when: string, advice: string, isRetryable: boolean }[]}
 */
export function readErrorTable(readme) {
  return readme
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, name = '']) => /^`\w+Error`$/.test(name))
    .map(([, name, when, ...rest]) => {
      const [advice, retryable] = rest.length > 2 ? rest : ['', ...rest]
      return { code: name.slice(1, -'Error`'.length), when, advice, isRetryable: retryable === 'yes' }
    })
}
