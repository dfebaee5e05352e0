import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listenLocally, type LocalServer } from '../local-server.ts'
import { openAccount } from './account-file.ts'
import { BobbinRefusal, createBobbinApi, type BobbinApi } from './bobbin-api.ts'

export interface CustomerOptions {
  port: number
  /** Our own origin, as browsers see it. */
  url: string
  /** Bobbin's, as browsers see it; and where our back end calls it. */
  bobbinUrl: string
  apiUrl: string
  partner: { id: string; secret: string }
  /** Holds the access token of our account. */
  dataDir: string
}

/**
 * The sample app of a customer, front and back. The back end holds the account's access token and makes
 * one ephemeral token per click, and for the catalog a customer token; the page never sees more than those.
 */
export async function startCustomerApp(options: CustomerOptions): Promise<LocalServer> {
  const api = createBobbinApi(options.apiUrl, options.partner)
  const accessToken = await openAccount(api, join(options.dataDir, 'customer-account.json'))
  await api.allowOrigin(accessToken, options.url)
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (error instanceof BobbinRefusal) return sendJson(response, error.status, error.envelope)
      console.error(error)
      sendJson(response, 502, { error: 'Unavailable', message: 'Bobbin could not be reached.' })
    })
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', options.url).pathname
    if (request.headers.host !== new URL(options.url).host)
      return sendJson(response, 421, { error: 'WrongHost' })
    const file = pageFiles[path]
    if (request.method === 'GET' && file) return sendFile(response, file, options.bobbinUrl)
    const isRead = request.method === 'GET'
    // Another site must not spend our visitor's rights; a real app would look at its own session, too.
    if (!isRead && request.headers.origin !== options.url) {
      return sendJson(response, 403, { error: 'WrongOrigin' })
    }
    const reply = isRead ? await read(api, accessToken, path) : await act(request.method, path)
    if (reply === null) return sendJson(response, 404, { error: 'NotFound' })
    sendJson(response, 200, reply)
  }

  async function act(method: string | undefined, path: string): Promise<unknown> {
    if (method === 'POST' && path === '/token') {
      return { ephemeral_token: await api.createEphemeralToken(accessToken) }
    }
    if (method === 'POST' && path === '/customer-token') {
      return { token: await api.createCustomerToken(accessToken) }
    }
    const [, id] = /^\/sources\/([1-9]\d{0,14})$/.exec(path) ?? []
    return method === 'DELETE' && id ? api.deleteSource(accessToken, Number(id)) : null
  }

  return listenLocally(server, options.port)
}

/** What the page may read of the account; null for anything else. */
async function read(api: BobbinApi, accessToken: string, path: string): Promise<unknown> {
  if (path === '/account') return api.get(accessToken, '/v4/account')
  if (path === '/source-types') return api.get(accessToken, '/v4/source-types')
  if (path === '/sources') return api.get(accessToken, '/v4/sources')
  const [, id, what] = /^\/sources\/([1-9]\d{0,14})\/(streams|catalog)$/.exec(path) ?? []
  return id === undefined ? null : api.get(accessToken, `/v4/sources/${id}/${what}`)
}

const pageFiles: Readonly<Record<string, { name: string; type: string }>> = {
  '/': { name: 'page.html', type: 'text/html; charset=utf-8' },
  '/page.js': { name: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/catalog-tab.js': { name: 'catalog-tab.js', type: 'text/javascript; charset=utf-8' },
  '/catalog-tab.css': { name: 'catalog-tab.css', type: 'text/css; charset=utf-8' },
  '/page.css': { name: 'page.css', type: 'text/css; charset=utf-8' },
}

async function sendFile(
  response: ServerResponse,
  { name, type }: { name: string; type: string },
  bobbinUrl: string,
): Promise<void> {
  const text = await readFile(fileURLToPath(new URL(`./${name}`, import.meta.url)), 'utf8')
  response.writeHead(200, {
    'Content-Type': type,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    // All that a page needs for Bobbin: its scripts, fetches to its host, and the logos of the catalog.
    'Content-Security-Policy': `default-src 'none'; script-src 'self' ${bobbinUrl}; style-src 'self'; connect-src 'self' ${bobbinUrl}; img-src data: ${bobbinUrl}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  })
  response.end(text.replaceAll('{{BOBBIN_URL}}', bobbinUrl))
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const {
    PORT = '8421',
    BOBBIN_URL,
    BOBBIN_PARTNER_ID,
    BOBBIN_PARTNER_SECRET,
    CUSTOMER_URL,
    CUSTOMER_DATA_DIR,
  } = process.env
  if (!BOBBIN_URL || !BOBBIN_PARTNER_ID || !BOBBIN_PARTNER_SECRET) {
    throw new Error('BOBBIN_URL, BOBBIN_PARTNER_ID and BOBBIN_PARTNER_SECRET are needed.')
  }
  const url = CUSTOMER_URL ?? `http://127.0.0.1:${PORT}`
  await startCustomerApp({
    port: Number(PORT),
    url,
    bobbinUrl: BOBBIN_URL,
    apiUrl: BOBBIN_URL,
    partner: { id: BOBBIN_PARTNER_ID, secret: BOBBIN_PARTNER_SECRET },
    dataDir: CUSTOMER_DATA_DIR ?? '.data/customer',
  })
  console.info(`The sample app is at ${url}`)
}
