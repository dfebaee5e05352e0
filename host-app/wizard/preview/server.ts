import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { streamSearch } from '@bobbin/shared/wizard-api'
import { fixtures, type Fixture } from './fixtures.ts'
import { previewOptions } from './options.ts'
import { previewColumns, previewFields, previewFound } from './streams.ts'

/**
 * Shows every screen of the built wizard without a server of its own behind it, for looking at, for
 * screenshots and for accessibility checks: `node host-app/wizard/preview/server.ts`, then open
 * http://localhost:4310/. A flow's id is the name of its fixture.
 */
const port = Number(process.env['PORT'] ?? 4310)
const dist = new URL('../../dist/wizard/', import.meta.url)
const { renderPage, styleHashes } = await import(new URL('render.js', dist).href)

const pagePolicy =
  `default-src 'none'; script-src 'self'; style-src 'self' ${styleHashes.map((hash: string) => `'${hash}'`).join(' ')}; ` +
  `connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error)
    response.writeHead(500).end()
  })
}).listen(port, () => console.log(`http://localhost:${port}/`))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/') return sendList(response)
  const asset = /^\/wizard\/assets\/([\w.-]+)$/.exec(url.pathname)?.[1]
  if (asset) return sendAsset(response, asset)
  const [, name = '', path = ''] = /^\/connect\/([\w-]+)\/?(.*)$/.exec(url.pathname) ?? []
  const fixture = fixtures[name]
  if (!fixture) return void response.writeHead(404).end()
  if (path === '') return sendPage(response, name, fixture, url.searchParams.get('dir'))
  if (path === 'presence' && request.method === 'GET') return sendEvents(request, response, fixture)
  if (path === 'streams/find') {
    const search = streamSearch.parse(JSON.parse(await text(request)))
    return sendJson(response, previewFound(fixture.streamCount ?? 0, search))
  }
  sendReply(response, request.method ?? 'GET', path, url, fixture)
}

function sendList(response: ServerResponse): void {
  const links = Object.keys(fixtures).map((name) => `<li><a href="/connect/${name}">${name}</a></li>`)
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(`<ul>${links.join('')}</ul>`)
}

async function sendAsset(response: ServerResponse, name: string): Promise<void> {
  const body = await readFile(new URL(`assets/${name}`, dist)).catch(() => null)
  if (!body) return void response.writeHead(404).end()
  const type = name.endsWith('.css') ? 'text/css' : 'text/javascript'
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body)
}

/** `?dir=rtl` shows the page from right to left. */
function sendPage(response: ServerResponse, name: string, { page }: Fixture, dir: string | null): void {
  const html: string = renderPage(page.kind === 'flow' ? { ...page, flowId: name } : page, {
    requestId: 'kq3Zt7PbLx9sVn2RfYw1Da',
    support: 'mailto:help@acme.example',
  })
  // Not stored, as the server has it: browsers treat a page that they keep otherwise when it is left.
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': pagePolicy,
    'Cache-Control': 'no-store',
  }
  response.writeHead(200, headers).end(dir === 'rtl' ? html.replace('dir="ltr"', 'dir="rtl"') : html)
}

function sendEvents(
  request: IncomingMessage,
  response: ServerResponse,
  { events = [], page }: Fixture,
): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  const isClaimed = page.kind === 'flow' && page.state !== null
  for (const event of isClaimed ? [{ type: 'state' }, ...events] : events) {
    response.write(`data: ${JSON.stringify(event)}\n\n`)
  }
  const heartbeat = setInterval(() => response.write(': \n\n'), 10_000)
  request.on('close', () => clearInterval(heartbeat))
}

function sendReply(response: ServerResponse, method: string, path: string, url: URL, fixture: Fixture): void {
  const state = fixture.state ?? (fixture.page.kind === 'flow' ? fixture.page.state : null)
  const isAction = method === 'POST' && path !== 'presence' && path !== 'proof'
  if (isAction && fixture.refusal) return sendJson(response, fixture.refusal.body, fixture.refusal.status)
  if (path === 'streams') return sendJson(response, previewColumns(fixture.streamCount ?? 0))
  if (path === 'streams/fields')
    return sendJson(response, previewFields(url.searchParams.get('tap_stream_id') ?? ''))
  if (path === 'options/find' || path === 'options/try') return sendJson(response, previewOptions)
  if (path === 'check') return sendJson(response, state?.check)
  if (path === 'consent') return sendJson(response, { ...state, consent: 'consented' })
  sendJson(response, state ?? {})
}

function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}
