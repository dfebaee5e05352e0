import { once } from 'node:events'
// A host is a server.
// oxlint-disable-next-line no-restricted-imports
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { catalogConnector, connectionOnly, createCatalogEphemeral } from '@bobbin/shared/connector-catalog'
import { onTestFinished } from 'vitest'
import type { ConnectionOnly, Connector } from './catalog-types.ts'

/** A host's door for the catalog over real HTTP, with what a test wants to be there. */
export interface CatalogServer {
  readonly url: string
  /** Tokens that it takes. */
  readonly tokens: Set<string>
  readonly connectors: Connector[]
  /** By id. Their connector is what stands before the colon: `slack:Our Slack`. */
  readonly connections: Map<string, ConnectionOnly & { slug: string }>
  /** Whether those without a token are told of connectors. */
  isOpen: boolean
  readonly asked: { method: string; path: string; token: string; body: unknown }[]
  /** Questions for this path are answered as all is when they come, but only once `release` is called. */
  hold(path: string): { readonly came: Promise<void>; release(): void }
  /** How the next question for this path is answered instead. */
  answer(path: string, status: number, error: string): void
}

export const slack = connectorOf('slack', 'Slack')
const postgres = connectorOf('postgres', 'PostgreSQL')

function connectorOf(slug: string, name: string): Connector {
  return catalogConnector.parse({
    type: `platform.${slug}`,
    slug,
    name,
    category: 'Other',
    keywords: [],
    short_description: `${name} in short.`,
    description: `${name} at length.`,
    about: 'What it asks for.',
    mark_url: `https://connect.example.com/connectors/${slug}/logo.svg`,
    supports_multiple_connections: true,
    stage: 'released',
  } satisfies Connector)
}

type Changes = Partial<ConnectionOnly> & { status?: NonNullable<ConnectionOnly['authorization']>['status'] }

export function connectionOf(
  slug: string,
  id: string,
  { status = 'active', ...changes }: Changes = {},
): ConnectionOnly & { slug: string } {
  const connection = connectionOnly.parse({
    id,
    enabled: true,
    display_name: `Our ${slug}`,
    step: 'fully_configured',
    authorization: {
      id,
      display_label: 'me@example.com',
      status,
      authorizer: { client_id: 'client-1', prototype: { name: slug, slug } },
    },
    ...changes,
  } satisfies ConnectionOnly)
  return { ...connection, slug }
}

export async function startCatalog(): Promise<CatalogServer> {
  const holds = new Map<string, { came(): void; released: Promise<void> }>()
  const answers = new Map<string, { status: number; error: string }>()
  const catalog: CatalogServer = {
    url: '',
    tokens: new Set(['good']),
    connectors: [postgres, slack],
    connections: new Map(),
    isOpen: true,
    asked: [],
    hold(path) {
      const [came, sayCame] = latch()
      const [released, release] = latch()
      holds.set(path, { came: sayCame, released })
      return { came, release }
    },
    answer: (path, status, error) => void answers.set(path, { status, error }),
  }

  const server = createServer((request, response) => {
    void (async () => {
      const path = (request.url ?? '').replace('/api/platform_user', '')
      const token = (request.headers.authorization ?? '').replace('Bearer ', '')
      const body = await bodyOf(request)
      catalog.asked.push({ method: request.method ?? '', path, token, body })
      const special = answers.get(path)
      answers.delete(path)
      const [status, reply] = special
        ? refusal(special.status, special.error)
        : answerOf(catalog, request.method ?? '', path, token, body)
      const held = holds.get(path)
      holds.delete(path)
      held?.came()
      await held?.released
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(reply))
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(catalog, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

type Reply = readonly [number, unknown]

function answerOf(catalog: CatalogServer, method: string, path: string, token: string, body: unknown): Reply {
  const [, first = '', slug = ''] = path.split(/[/?]/)
  if (path === '/platform')
    return [
      200,
      { platform: { name: 'App', slug: 'app', website: '', login_redirect_url: '', remove_branding: false } },
    ]
  if (first === 'platform') {
    if (!catalog.isOpen) return refusal(401, 'Unauthorized')
    const one = path.split('/')[3]
    if (!one) return [200, { connectors: catalog.connectors }]
    return found(
      'connector',
      catalog.connectors.find((connector) => connector.slug === one),
    )
  }
  if (!catalog.tokens.has(token)) return refusal(401, 'Unauthorized')
  switch (first) {
    case 'session':
      return [200, { customer_id: 1, expires_at: '2030-01-01T00:00:00Z' }]
    case 'sessions':
      createCatalogEphemeral.parse(body)
      return [201, { ephemeral_token: `for ${JSON.stringify(body)}` }]
    case 'connectors': {
      const all = catalog.connectors.map((connector) => full(catalog, connector.slug))
      return slug
        ? found(
            'connector',
            all.find((one) => one?.slug === slug),
          )
        : [200, { connectors: all }]
    }
    case 'connections': {
      const of = [...catalog.connections.values()].filter((one) => !slug || path.includes(one.slug))
      if (method === 'GET' && (!slug || path.includes('?')))
        return [200, { connections: of.map(({ id }) => whole(catalog, id)) }]
      return one(catalog, method, of[0]?.id)
    }
    default:
      return one(catalog, method, slug)
  }
}

function one(catalog: CatalogServer, method: string, id = ''): Reply {
  const connection = whole(catalog, id)
  if (method === 'DELETE' && connection) {
    catalog.connections.delete(id)
    return [200, { connection: { ...connection, enabled: false } }]
  }
  return found('connection', connection)
}

/** A connector with its connections. */
function full(catalog: CatalogServer, slug: string): Connector | undefined {
  const connector = catalog.connectors.find((one) => one.slug === slug)
  const connections = [...catalog.connections.values()].filter((one) => one.slug === slug)
  if (!connector || connections.length === 0) return connector
  return { ...connector, connection: connections[0], connections }
}

function whole(catalog: CatalogServer, id: string) {
  const connection = catalog.connections.get(id)
  return connection && { ...connection, connector: full(catalog, connection.slug) }
}

const found = (name: string, value: unknown): Reply =>
  value ? [200, { [name]: value }] : refusal(404, 'NotFound')

const refusal = (status: number, error: string): Reply => [
  status,
  { error, message: `In words: ${error}.`, data: {}, request_id: 'r-1' },
]

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? undefined : JSON.parse(text)
}

function latch(): [Promise<void>, () => void] {
  let open = () => {}
  return [new Promise<void>((resolve) => (open = resolve)), () => open()]
}
