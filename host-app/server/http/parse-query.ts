import { isStrictQuery, type Endpoint } from '@bobbin/shared/api/endpoint'
import { AppError } from '../ground/app-error.ts'
import { parseInput } from './parse-input.ts'

/**
 * A call's query by its row, which says what there may be in it.
 * @throws {AppError} BadRequest, which names what is wrong
 */
export function parseQuery(endpoint: Endpoint, given: unknown): unknown {
  const { query } = endpoint
  if (isStrictQuery(endpoint)) refuseUnknown(Object.keys(query?.shape ?? {}), Object.keys(given as object))
  return query && parseInput(query, given, 'BadRequest')
}

/** At most so many are named, each cut: they come from outside. */
const mostNamed = 20
const longestName = 100

function refuseUnknown(known: readonly string[], given: readonly string[]): void {
  const unknown = given.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  const named = unknown.slice(0, mostNamed).map((name) => name.slice(0, longestName))
  const takes = known.length > 0 ? `It takes ${known.join(', ')}.` : 'It takes none.'
  throw new AppError('BadRequest', {
    message: `This call does not take the query parameter ${named.join(', ')}. ${takes}`,
    data: {
      reason: 'unknown_parameter',
      paths: Object.fromEntries(named.map((name) => [name, 'There is no such query parameter here.'])),
    },
  })
}
