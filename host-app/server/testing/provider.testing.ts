import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What one of its endpoints was asked. */
export interface AskedToken {
  method: string
  path: string
  body: string
  parameters: Record<string, string>
  authorization: string | null
  headers: IncomingHttpHeaders
  host: string
}

/** What it answers: an object goes out as JSON, a string as it is; `hang` never answers, `cut` hangs up. */
type ScriptedAnswer =
  | { status?: number; contentType?: string; headers?: Record<string, string>; body: object | string }
  | 'hang'
  | 'cut'

/** A provider on loopback that says what a test tells it to say. */
export interface ScriptedProvider {
  readonly origin: string
  readonly asked: AskedToken[]
  answer: (asked: AskedToken) => ScriptedAnswer | Promise<ScriptedAnswer>
  close(): void
}

/** For tests: the dialects that a real, correct provider never speaks. */
export async function startScriptedProvider(): Promise<ScriptedProvider> {
  const server = createServer((request, response) => {
    void respond()
    async function respond() {
      const { method = '', url: path = '' } = request
      const text = await read(request)
      const parameters = Object.fromEntries(new URLSearchParams(text))
      const asked = {
        method,
        path,
        body: text,
        parameters,
        authorization: request.headers.authorization ?? null,
        headers: request.headers,
        host: request.headers.host ?? '',
      }
      provider.asked.push(asked)
      const answer = await provider.answer(asked)
      if (answer === 'hang') return
      if (answer === 'cut') return request.socket.destroy()
      const { status = 200, contentType = 'application/json', headers = {}, body } = answer
      response.writeHead(status, { 'content-type': contentType, ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
  })
  const provider: ScriptedProvider = {
    origin: await listen(server),
    asked: [],
    answer: () => ({ body: { access_token: 'at-1', token_type: 'Bearer' } }),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return provider
}

/** Listens on a free loopback port and returns the origin. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
