import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { DatabaseError } from 'pg'
import { ConnectorError, type ConnectorContext } from '../connector.ts'

/*
 * A connection that was lost while reading is made once more, and nobody needs to know: servers restart, poolers
 * move their clients, networks blink. So is one that could not go on for a text that the server cannot convert.
 */

/** How the second attempt has to differ. */
export interface Attempt {
  readonly unconverted: boolean
}

export async function onceMoreIfLost(
  context: ConnectorContext,
  work: (context: ConnectorContext, attempt: Attempt) => Promise<void>,
): Promise<void> {
  try {
    await work(context, { unconverted: false })
  } catch (error) {
    const second = secondAttempt(error)
    await work(again(context, second), second)
  }
}

/** The second reading begins anew, and what the first has found is not told twice. */
export async function* findOnceMoreIfLost(
  context: ConnectorContext,
  find: (context: ConnectorContext, attempt: Attempt) => AsyncIterable<DiscoveredStream>,
): AsyncGenerator<DiscoveredStream> {
  const told = new Set<string>()
  try {
    for await (const stream of find(context, { unconverted: false })) {
      told.add(stream.tap_stream_id)
      yield stream
    }
  } catch (error) {
    const second = secondAttempt(error)
    for await (const stream of find(again(context, second), second)) {
      if (!told.has(stream.tap_stream_id)) yield stream
    }
  }
}

/** Throws what no second attempt can mend. */
function secondAttempt(error: unknown): Attempt {
  if (!(error instanceof ConnectorError)) throw error
  const unconverted = error.cause instanceof DatabaseError && /^(22021|22P05)$/.test(error.cause.code ?? '')
  if (!unconverted && error.code !== 'ConnectionLost') throw error
  return { unconverted }
}

/** The way there is known to work; a phase that was reached stays reached. */
function again(context: ConnectorContext, { unconverted }: Attempt): ConnectorContext {
  context.report.log(
    unconverted
      ? 'The server has names that it cannot convert; reading once more, as they are.'
      : 'The connection was lost while reading; reading once more.',
  )
  return { ...context, report: { ...context.report, phase: () => {} } }
}
