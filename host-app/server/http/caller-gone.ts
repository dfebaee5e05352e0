import type { FastifyReply } from 'fastify'

/** Aborts once nobody waits for the reply any more, or this process is about to end. */
export function callerGone({ raw, server }: FastifyReply): AbortSignal {
  const left = new AbortController()
  raw.once('close', () => left.abort(new Error('Nobody waits for the reply any more.')))
  return AbortSignal.any([left.signal, server.stopping])
}
