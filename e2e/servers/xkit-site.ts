import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { rolldown } from 'rolldown'

/** What the page told its back end. */
export interface Told {
  readonly call?: string
  readonly value?: unknown
  readonly error?: { readonly name: string; readonly message: string; readonly code?: string }
  readonly event?: string
  readonly payload?: unknown
}

const pages = join(import.meta.dirname, 'pages')

/** The published package in a page, bundled as an engineer would. */
let bundled: Promise<string> | undefined

async function bundle(): Promise<string> {
  const build = await rolldown({
    input: join(pages, 'xkit.js'),
    platform: 'browser',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  })
  const { output } = await build.generate({ format: 'esm' })
  await build.close()
  return output[0].code
}

/** A customer's site whose page runs xkit.js against the host with this domain. */
export function xkitSite({ host, makeToken }: { host: string; makeToken(): Promise<string> }) {
  const told: Told[] = []

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://customer')
    if (pathname === '/') return send(response, 'text/html', readFileSync(join(pages, 'xkit.html'), 'utf8'))
    if (pathname === '/page.js') return send(response, 'text/javascript', await (bundled ??= bundle()))
    if (pathname === '/setup') {
      return send(response, 'application/json', JSON.stringify({ host, token: await makeToken() }))
    }
    if (pathname === '/token') {
      return send(response, 'application/json', JSON.stringify({ token: await makeToken() }))
    }
    if (pathname === '/told') {
      told.push(JSON.parse(await text(request)) as Told)
      return send(response, 'text/plain', '')
    }
    response.writeHead(404).end()
  }

  return {
    told,
    answer(request: IncomingMessage, response: ServerResponse): void {
      answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
    },
  }
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(body)
}
