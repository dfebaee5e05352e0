import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { noteSaying, noteSecretsOf } from '../evidence.ts'
import { answerCatalogPage } from './catalog-page.ts'
import type { FlowFunction } from '@bobbin/shared/flow-function'

/** How the customer page behaves; `?setup=` in its URL. */
export interface CustomerSetup {
  /** Names this page among all in the reports; the fixture chooses it. */
  readonly page?: string
  /** Whose tokens the back end makes: a name given to `addAccount`. */
  readonly account?: string
  /** The scope of the token, as `POST /v3/sessions/ephemeral` takes it. */
  readonly scope?: Record<string, unknown>
  /** Which build of the client; the UMD one unless said otherwise. */
  readonly build?: 'umd' | 'esm' | 'stitch'
  /** What the options field holds at first. */
  readonly options?: Record<string, unknown>
  /** What is passed as the token; a function that fetches one unless said otherwise. Other texts are passed as they are. */
  readonly token?: 'function' | 'string' | 'none' | 'rejects' | 'hangs' | (string & {})
  /** How long the back end takes to make a token, in milliseconds. */
  readonly tokenDelay?: number
  /** Waits so many milliseconds between the click and the call. */
  readonly delay?: number
  /** Every click calls twice. */
  readonly twice?: boolean
  /** Calls this function when the page has loaded, without a click. */
  readonly unclicked?: FlowFunction
  /** What the page's own code does to every request of the page, as tracing scripts and wrappers do. */
  readonly everyRequest?: 'has a header' | 'has credentials' | 'has a bearer'
  /** Calls `resume()` when the page has loaded. */
  readonly resumeOnLoad?: boolean
}

/** What a customer page told its back end. `call` counts from 1; 0: about the page itself. */
export interface Report {
  readonly page: string
  /** Random: of which loading of the page. */
  readonly document: string
  readonly call: number
  readonly kind: 'loaded' | 'called' | 'event' | 'message' | 'resolved' | 'rejected'
  /** Unix ms, by the page's clock. */
  readonly at: number
  readonly value: unknown
}

/** A customer's site: the page that opens the wizard, and the back end that makes its tokens. */
export interface CustomerSite {
  readonly port: number
  /** The page's back end makes tokens for this account under this name. */
  addAccount(name: string, accessToken: string): void
  /** What the pages reported, in the order in which it came. */
  readonly reports: readonly Report[]
  close(): Promise<void>
}

interface Options {
  /** Origin of the host app, as the browser sees it. */
  readonly hostOrigin: string
  /** Where the back end calls the host app. */
  readonly apiUrl: string
}

const pages = join(import.meta.dirname, 'pages')
const scripts = { umd: 'bobbin.umd.min.js', stitch: 'stitch-client.umd.min.js' } as const

export async function startCustomerSite({ hostOrigin, apiUrl }: Options): Promise<CustomerSite> {
  const accounts = new Map<string, string>()
  const reports: Report[] = []

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://customer')
    if (url.pathname === '/') return send(response, 'text/html', page(url.searchParams.get('setup')))
    if (url.pathname === '/customer.js') {
      return send(response, 'text/javascript', readFileSync(join(pages, 'customer.js'), 'utf8'))
    }
    if (answerCatalogPage(url.pathname, hostOrigin, response)) return
    if (request.method === 'POST' && url.pathname === '/token') return makeToken(request, response)
    if (request.method === 'POST' && url.pathname === '/customer-token') {
      return makeCustomerToken(request, response)
    }
    if (request.method === 'POST' && url.pathname === '/report') {
      reports.push(JSON.parse(await text(request)))
      return send(response, 'text/plain', '')
    }
    if (request.method === 'POST' && url.pathname === '/webhook') {
      noteSaying('webhook', `${JSON.stringify(request.headers)}\n${await text(request)}`)
      return send(response, 'text/plain', '')
    }
    response.writeHead(404).end()
  }

  function page(setupText: string | null): string {
    const { build = 'umd' }: CustomerSetup = JSON.parse(setupText ?? '{}')
    const tag = build === 'esm' ? '' : `<script src="${hostOrigin}/client/${scripts[build]}"></script>`
    return readFileSync(join(pages, 'customer.html'), 'utf8')
      .replace('<!-- client -->', tag)
      .replace('<html', `<html data-host="${hostOrigin}"`)
  }

  async function makeToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { account, scope = {}, delay: pause = 0 } = JSON.parse(await text(request))
    await delay(pause)
    await passOn(response, '/v3/sessions/ephemeral', account, scope)
  }

  /** For the catalog's element; accounts are named by their ids there. */
  async function makeCustomerToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { account } = JSON.parse(await text(request))
    await passOn(response, `/customer/${account}/token`, account, {})
  }

  async function passOn(
    response: ServerResponse,
    path: string,
    account: string,
    asked: object,
  ): Promise<void> {
    const reply = await fetch(apiUrl + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${accounts.get(account)}`, 'content-type': 'application/json' },
      body: JSON.stringify(asked),
    })
    const body = await reply.text()
    noteSecretsOf(JSON.parse(body))
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(body)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    reports,
    addAccount: (name, accessToken) => void accounts.set(name, accessToken),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(body)
}
