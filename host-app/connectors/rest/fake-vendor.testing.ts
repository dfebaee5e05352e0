import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/*
 * A vendor's API for tests. Each connector's own fake says what is answered; what can go wrong with any vendor stands here.
 */

/** A request as a fake sees it. */
export interface AskedRequest {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  /** The host that the connector asked, where it asked by `inPlace`. */
  readonly host: string
  readonly body: string
  readonly form: URLSearchParams
}

/** An answer in JSON. */
export interface FakeAnswer {
  readonly status?: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Anything but `well`: whatever is asked, it goes wrong so. */
export type Mood =
  'well' | 'broken' | 'page' | 'changed' | 'limiting' | 'redirecting' | 'huge' | 'cut' | 'silent'

export interface FakeVendor {
  readonly origin: string
  readonly port: number
  readonly asked: AskedRequest[]
  mood: Mood
  /** A fetch by which all that goes to the vendor's hosts comes here, dialled by that one. */
  inPlace(dial: typeof fetch): typeof fetch
  close(): Promise<void>
}

export async function startFakeVendor(answer: (request: AskedRequest) => FakeAnswer): Promise<FakeVendor> {
  const server = createServer((request, response) => {
    void readRequest(request).then((asked) => {
      fake.asked.push(asked)
      if (fake.mood !== 'well') return misbehave(fake.mood, response)
      const { status = 200, body, headers = {} } = answer(asked)
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      return response.end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const fake: FakeVendor = {
    ...{ origin, port, asked: [], mood: 'well' },
    inPlace: (dial) => (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input)
      const headers = new Headers(init?.headers)
      headers.set('x-asked-host', url.host)
      return dial(`${origin}${url.pathname}${url.search}`, { ...init, headers })
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return fake
}

async function readRequest(request: IncomingMessage): Promise<AskedRequest> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const { method = '', headers, url = '/' } = request
  const host = String(headers['x-asked-host'] ?? headers.host)
  return {
    method,
    url: new URL(url, `https://${host}`),
    headers,
    host,
    body,
    form: new URLSearchParams(body),
  }
}

function misbehave(mood: Exclude<Mood, 'well'>, response: ServerResponse): unknown {
  const json = { 'content-type': 'application/json' }
  switch (mood) {
    case 'broken':
      return response.writeHead(500, json).end('{"oops":true}')
    case 'page':
      return response.writeHead(200, { 'content-type': 'text/html' }).end('<html>We are down for a while')
    case 'changed':
      return response.writeHead(200, json).end('{"version":"of tomorrow"}')
    case 'limiting':
      return response.writeHead(429, { ...json, 'retry-after': '3600' }).end('{}')
    case 'redirecting':
      return response.writeHead(302, { location: 'https://evil.test/' }).end()
    case 'huge':
      response.writeHead(200, json).write('{"id":"')
      for (let written = 0; written < 20; written += 1) response.write('x'.repeat(1024 ** 2))
      return response.end('"}')
    case 'cut':
      response.writeHead(200, { ...json, 'content-length': '1000' }).write('{"id":')
      return setImmediate(() => response.destroy())
    case 'silent':
      return undefined
  }
}
