import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'

const sentEvent = z.strictObject({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
  id: z.string(),
  seq: z.number(),
  account_id: z.number(),
})

export interface Received {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly event: z.infer<typeof sentEvent>
  /** Throws unless this secret signed it. */
  verify(secret: string): unknown
}

/** What the receiver does with a message: a status, a function of its own, or nothing at all. */
export type Answer = number | 'hang' | ((reply: ServerResponse) => void | Promise<void>)

/** A customer's back end that is sent events: a real HTTP server. */
export interface TestReceiver {
  readonly url: string
  readonly received: Received[]
  /** Decides what is answered; 204 unless it is set. */
  answer: (message: Received) => Answer
  /** Resolves once so many have arrived. */
  count(number: number): Promise<Received[]>
  /** Refuses connections from now on. */
  close(): Promise<void>
}

/** `port`: where one was before that was closed. */
export async function startReceiver(port = 0): Promise<TestReceiver> {
  const received: Received[] = []
  const arrivals = new EventEmitter().setMaxListeners(0)
  const server = createServer((request, reply) => void take(request, reply))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  async function take(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = await text(request)
    const headers = z.record(z.string(), z.string()).parse(request.headers)
    const message: Received = {
      path: request.url ?? '',
      headers,
      body,
      event: sentEvent.parse(JSON.parse(body)),
      verify: (secret) => new Webhook(secret).verify(body, headers),
    }
    const answer = receiver.answer(message)
    received.push(message)
    arrivals.emit('one')
    if (answer === 'hang') return
    if (typeof answer === 'function') await answer(reply)
    else reply.writeHead(answer).end()
  }

  const receiver: TestReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: () => 204,
    async count(number) {
      while (received.length < number) await once(arrivals, 'one', { signal: AbortSignal.timeout(30_000) })
      return received
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close').catch(() => {})
    },
  }
  return receiver
}
