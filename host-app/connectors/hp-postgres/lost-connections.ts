import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { ConnectorError, type ConnectorContext } from '../connector.ts'

/*
 * A connection that was lost while reading is made once more, and nobody needs to know: servers restart, poolers
 * move their clients, networks blink.
 */

export async function onceMoreIfLost(
  context: ConnectorContext,
  work: (context: ConnectorContext) => Promise<void>,
): Promise<void> {
  try {
    await work(context)
  } catch (error) {
    if (!isLost(error)) throw error
    await work(again(context))
  }
}

/** The second reading begins anew, and what the first has found is not told twice. */
export async function* findOnceMoreIfLost(
  context: ConnectorContext,
  find: (context: ConnectorContext) => AsyncIterable<DiscoveredStream>,
): AsyncGenerator<DiscoveredStream> {
  const told = new Set<string>()
  try {
    for await (const stream of find(context)) {
      told.add(stream.tap_stream_id)
      yield stream
    }
  } catch (error) {
    if (!isLost(error)) throw error
    for await (const stream of find(again(context))) if (!told.has(stream.tap_stream_id)) yield stream
  }
}

function isLost(error: unknown): boolean {
  return error instanceof ConnectorError && error.code === 'ConnectionLost'
}

/** The way there is known to work; a phase that was reached stays reached. */
function again(context: ConnectorContext): ConnectorContext {
  context.report.log('The connection was lost while reading; reading once more.')
  return { ...context, report: { ...context.report, phase: () => {} } }
}
