import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

type Handle = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => void

/** What a test has the directory answer, by turns; the last answer goes on. */
export type Answer = Handle | { status?: number; headers?: Record<string, string>; body?: unknown }

export interface DirectoryServer {
  readonly url: string
  /** Each request: its path, its key, when it came, and whether its caller went away before the answer. */
  readonly asked: { path: string; key: string; at: number; isGone: boolean }[]
  /** Resolves when so many have come. */
  came(count: number): Promise<void>
}

/** A server that is no Bobbin host, and answers as the test wants, until the test has ended. */
export async function serveAnswers(...answers: Answer[]): Promise<DirectoryServer> {
  const asked: DirectoryServer['asked'] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://host')
    const one = {
      path: request.url ?? '',
      key: (request.headers.authorization ?? '').replace('Bearer ', ''),
      at: Date.now(),
      isGone: false,
    }
    response.on('close', () => (one.isGone = !response.writableFinished))
    const answer = answers[Math.min(asked.length, answers.length - 1)]
    asked.push(one)
    server.emit('came')
    if (typeof answer === 'function') return answer(request, response, url.searchParams)
    const { status = 200, headers = {}, body = '' } = answer ?? {}
    response.writeHead(status, headers)
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async came(count) {
      while (asked.length < count) await once(server, 'came')
    },
  }
}

const named = (name: string) => ({ name })

/** A page of these names, as the host makes it. */
export function pageOf(names: readonly string[], query: URLSearchParams, isMore?: boolean) {
  const [limit, offset] = [Number(query.get('limit') ?? 50), Number(query.get('offset') ?? 0)]
  return {
    items: names.slice(offset, offset + limit).map(named),
    total: names.length,
    limit,
    offset,
    has_next_page: isMore ?? offset + limit < names.length,
  }
}

/** Pages of these names, whatever is asked for. */
export const pagesOf =
  (names: readonly string[]): Handle =>
  (_, response, query) =>
    response.end(JSON.stringify(pageOf(names, query)))

/** Answers never. */
export const silence: Handle = () => {}

/** The connection ends in the middle of the answer. */
export const hangUp: Handle = (_, response) => {
  response.writeHead(200, { 'Content-Length': '1000' })
  response.write('{"items":[')
  response.destroy()
}
