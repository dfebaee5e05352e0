import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import type Provider from 'oidc-provider'
import { serveCrm } from './demo-crm-routes.ts'
import { serveInteraction } from './demo-interaction.ts'
import { createDemoOAuth, type DemoOAuthOptions } from './demo-oauth.ts'
import { listenLocally, type LocalServer } from './local-server.ts'

export interface DemoProviderOptions extends DemoOAuthOptions {
  /** 0: any free one. */
  port: number
}

/** Starts the made-up company behind the demo connector: its OAuth provider, and its API on the same origin. */
export async function startDemoProvider(options: DemoProviderOptions): Promise<LocalServer> {
  const provider = createDemoOAuth(options)
  return listenLocally(createServer(listenerOf(provider, options.url)), options.port)
}

function listenerOf(provider: Provider, url: string): RequestListener {
  const { protocol, host } = new URL(url)
  const serveProvider = provider.callback()
  return (request, response) => {
    // The public URL is known, whatever stands in front of us says.
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1)
    request.headers['x-forwarded-host'] = host
    const path = request.url ?? '/'
    if (path.startsWith('/api/')) return void settle(serveCrm(provider, request, response), response)
    if (path.startsWith('/interaction/'))
      return void settle(serveInteraction(provider, request, response), response)
    void settle(serveProvider(request, response), response)
  }
}

async function settle(work: Promise<void>, response: ServerResponse<IncomingMessage>): Promise<void> {
  try {
    await work
  } catch (error) {
    console.error(error)
    if (response.headersSent) response.destroy()
    else response.writeHead(500).end()
  }
}

/** `PORT`, `DEMO_PROVIDER_URL`, `DEMO_CLIENT_ID`, `DEMO_CLIENT_SECRET`, `DEMO_REDIRECT_URIS`, `DEMO_ACCESS_TOKEN_TTL`. */
function readOptions(env: NodeJS.ProcessEnv): DemoProviderOptions {
  const port = Number(env['PORT'] ?? '8422')
  const clientSecret = env['DEMO_CLIENT_SECRET']
  if (!clientSecret) throw new Error('DEMO_CLIENT_SECRET is needed.')
  return {
    port,
    url: env['DEMO_PROVIDER_URL'] ?? `http://127.0.0.1:${port}`,
    clientId: env['DEMO_CLIENT_ID'] ?? 'bobbin',
    clientSecret,
    redirectUris: (env['DEMO_REDIRECT_URIS'] ?? 'http://localhost:8420/oauth/callback/demo-crm').split(','),
    accessTokenTtl: Number(env['DEMO_ACCESS_TOKEN_TTL'] ?? '3600'),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = readOptions(process.env)
  await startDemoProvider(options)
  console.info(`The demo CRM is at ${options.url}`)
}
