import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { ConnectorError, type ConnectorContext } from '../connector.ts'

/*
 * A connection that was lost while reading is made once more, and nobody needs to know: servers restart, poolers
 * move their clients, networks blink.
 */

/** What may be tried, and how the second attempt has to differ from the first. */
export interface Attempts<Attempt> {
  readonly first: Attempt
  /** With a line for the log panel; null where no second attempt can mend it. */
  second(error: ConnectorError): { attempt: Attempt; line: string } | null
}

export const lostLine = 'The connection was lost while reading; reading once more.'

export async function onceMore<Attempt>(
  context: ConnectorContext,
  attempts: Attempts<Attempt>,
  work: (context: ConnectorContext, attempt: Attempt) => Promise<void>,
): Promise<void> {
  try {
    await work(context, attempts.first)
  } catch (error) {
    await work(again(context), secondOf(error, attempts, context))
  }
}

/** The second reading begins anew, and what the first has found is not told twice. */
export async function* findOnceMore<Attempt>(
  context: ConnectorContext,
  attempts: Attempts<Attempt>,
  find: (context: ConnectorContext, attempt: Attempt) => AsyncIterable<DiscoveredStream>,
): AsyncGenerator<DiscoveredStream> {
  const told = new Set<string>()
  try {
    for await (const stream of find(context, attempts.first)) {
      told.add(stream.tap_stream_id)
      yield stream
    }
  } catch (error) {
    for await (const stream of find(again(context), secondOf(error, attempts, context))) {
      if (!told.has(stream.tap_stream_id)) yield stream
    }
  }
}

/** Throws what no second attempt can mend. */
function secondOf<Attempt>(error: unknown, attempts: Attempts<Attempt>, context: ConnectorContext): Attempt {
  const second = error instanceof ConnectorError ? attempts.second(error) : null
  if (second === null) throw error
  context.report.log(second.line)
  return second.attempt
}

/** The way there is known to work; a phase that was reached stays reached. */
function again(context: ConnectorContext): ConnectorContext {
  return { ...context, report: { ...context.report, phase: () => {} } }
}
