import { runInNewContext } from 'node:vm'
import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError } from '../connector.ts'

/** Milliseconds for all paths: a pattern can be made that takes for ever with a short one. */
const patience = 2_000

const search = 'paths.filter((path) => pattern.test(path))'

/**
 * The paths that a pattern finds something in. Which regular expressions are slow nobody can tell beforehand, so they
 * are stopped when they are. Throws `ConnectorError` SettingUnusable at the field.
 */
export function matchingPaths(text: string, paths: readonly string[], field: string): ReadonlySet<string> {
  const pattern = readPattern(text, field)
  try {
    const found: unknown = runInNewContext(search, { paths: [...paths], pattern }, { timeout: patience })
    return new Set(found as string[])
  } catch (error) {
    if (!isTimeout(error)) throw error
    throw unusable(`The pattern ${isolated(text)} takes too long. Put it more simply.`, field)
  }
}

/** Python's way to write what JavaScript writes otherwise: patterns come from taps, too. */
function readPattern(text: string, field: string): RegExp {
  const [, flags = ''] = /^\(\?([ims]+)\)/.exec(text) ?? []
  const inner = text
    .replace(/^\(\?[ims]+\)/, '')
    .replaceAll('(?P<', '(?<')
    .replace(/^\\A/, '^')
    .replace(/\\Z$/, '$')
  try {
    return new RegExp(inner, [...new Set(flags)].join(''))
  } catch {
    throw unusable(`The pattern ${isolated(text)} is no regular expression.`, field)
  }
}

/** It is an Error of whichever context it came from. */
function isTimeout(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}

function unusable(detail: string, field: string): ConnectorError {
  return new ConnectorError('SettingUnusable', { field, detail })
}
