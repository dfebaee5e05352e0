import { once } from 'node:events'
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../ground/app-error.ts'
import { createPlaces, type Place, type Places } from '../ground/places.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborts when the server begins to stop: open streams end then. */
    stopping: AbortSignal
    /** Streams of each access token. */
    tokenStreams: Places
  }
}

/** What the operator sets of streams. */
export interface StreamSettings {
  /** `heartbeat`: milliseconds between two signs of life. */
  readonly timings: { readonly heartbeat: number }
}

/** One message: `seq` becomes its id, from which a client resumes by `Last-Event-ID`. */
export interface StreamedEvent {
  readonly seq?: number
  readonly data: unknown
}

/** Streams that one access token may have open: each is a connection. */
const streamsPerToken = 10

export function limitStreams(app: FastifyInstance): void {
  app.decorate('tokenStreams', createPlaces(streamsPerToken))
}

/** Milliseconds until a browser opens a stream again that was cut; some wait for five seconds by themselves. */
const retry = 1_000

/** How often the caller of a stream is looked up, in milliseconds: a token may be revoked anywhere. */
const livenessInterval = 2_000

/** Opens the events with a signal that aborts once nobody listens any more. */
export type OpenEvents = (signal: AbortSignal) => AsyncIterable<StreamedEvent>

/**
 * Answers with server-sent events, until the source ends, the client leaves, its access token is revoked
 * (by whatever process: it is looked up every two seconds) or the server stops; resolves then. A slow reader slows
 * the source down. Check everything that may be refused before: once this is called the status is 200, or 429 where
 * the token has enough streams open.
 *
 * Give a function where the source can wait for long: its signal is how it learns that it is over.
 */
export async function sendEvents(
  reply: FastifyReply,
  source: AsyncIterable<StreamedEvent> | OpenEvents,
  { heartbeat, headers = {} }: { heartbeat: number; headers?: Readonly<Record<string, string>> },
): Promise<void> {
  const response = reply.raw
  const place = takePlace(reply)
  reply.hijack()
  // The connection is not used again: it ends with the stream, at once, also when the server stops.
  response.shouldKeepAlive = false
  response.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'Content-Type': 'text/event-stream; charset=utf-8',
    'X-Accel-Buffering': 'no',
    ...headers,
  })
  response.write(`retry: ${retry}\n\n`)

  const left = new AbortController()
  response.once('close', () => left.abort())
  if (response.destroyed) left.abort()
  const signal = AbortSignal.any([left.signal, reply.server.stopping])
  const { caller } = reply.request
  const beat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': \n\n')
  }, heartbeat)
  const watch = setInterval(() => {
    caller?.isLive().then(
      (isLive) => isLive || left.abort(),
      (error: unknown) => reply.log.error({ err: error }, 'the caller of a stream could not be looked up'),
    )
  }, livenessInterval)
  try {
    const events = typeof source === 'function' ? source(signal) : source
    for await (const event of endedByAbort(events, signal)) await writeEvent(response, event, signal)
  } catch (error) {
    if (!signal.aborted) reply.log.error({ err: error }, 'a stream of events broke off')
  } finally {
    clearInterval(beat)
    clearInterval(watch)
    place?.leave()
    response.end()
  }
}

/** Where a client resumes: the id of the last event it has; null when it has none. */
export function readLastEventId({ headers }: Pick<FastifyRequest, 'headers'>): number | null {
  const id = headers['last-event-id']
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : null
}

async function writeEvent(response: ServerResponse, { seq, data }: StreamedEvent, signal: AbortSignal) {
  const id = seq === undefined ? '' : `id: ${seq}\n`
  const isRoomLeft = response.write(`${id}data: ${JSON.stringify(data)}\n\n`)
  // An abort ends the wait by throwing; the loop's own look at the signal would come too late.
  if (!isRoomLeft && !signal.aborted) await once(response, 'drain', { signal })
}

/** The same events, but an abort ends them even while the source waits. */
async function* endedByAbort<Item>(source: AsyncIterable<Item>, signal: AbortSignal) {
  const iterator = source[Symbol.asyncIterator]()
  try {
    while (!signal.aborted) {
      const step = await nextOrAbort(iterator, signal)
      if (step === null || step.done) return
      yield step.value
    }
  } finally {
    // Not awaited: a source that waits for its next event would hold us up.
    iterator.return?.().catch(() => {})
  }
}

function nextOrAbort<Item>(iterator: AsyncIterator<Item>, signal: AbortSignal) {
  return new Promise<IteratorResult<Item> | null>((resolve, reject) => {
    const onAbort = () => resolve(null)
    signal.addEventListener('abort', onAbort, { once: true })
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** The stream's place among those of its access token; null where there is none. @throws {AppError} RateLimited */
function takePlace({ request: { caller }, server }: FastifyReply): Place | null {
  if (!caller) return null
  if (server.tokenStreams.isFull(caller.tokenHash)) {
    throw new AppError('RateLimited', {
      message: `An access token has at most ${streamsPerToken} event streams open.`,
      data: { reason: 'too_many_streams' },
    })
  }
  return server.tokenStreams.take(caller.tokenHash)
}
