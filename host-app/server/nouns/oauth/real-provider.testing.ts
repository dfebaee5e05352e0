import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { type ClientMetadata, Provider } from 'oidc-provider'
import { listen } from '../../testing/provider.testing.ts'
import { plainProvider, slug } from './oauth-world.testing.ts'

const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })

export type RealProvider = Awaited<ReturnType<typeof startRealProvider>>

/** How our client is registered there; with id and secret by Basic, where nothing else is said. */
type Registration = Pick<ClientMetadata, 'token_endpoint_auth_method' | 'jwks'>

/**
 * For tests: a whole, strict OAuth server, where two clients are registered. PKCE is required, refresh tokens rotate, `iss` comes with every callback,
 * grants can be revoked and tokens introspected. `url`: our own.
 */
export async function startRealProvider(url: string, registration: Registration = {}) {
  /** What the person there does. */
  let people: { login?: { accountId: string }; consent?: Record<string, never>; error?: string } = {}
  /** As if its revocation endpoint were down. */
  let isDown = false
  const server = createServer()
  const origin = await listen(server)
  const provider = new Provider(origin, {
    clients: [
      {
        client_id: 'client-1',
        ...(registration.token_endpoint_auth_method ? {} : { client_secret: 's3cret &+' }),
        redirect_uris: [`${url}/oauth/callback/${slug}`],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        token_endpoint_auth_method: 'client_secret_basic',
        ...registration,
      },
      {
        client_id: 'client-2',
        client_secret: 'of client-2',
        redirect_uris: [`${url}/oauth/callback/${slug}`],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    scopes: ['contacts.read', 'offline_access'],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      introspection: { enabled: true },
      clientCredentials: { enabled: true },
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    // Too short for us to hand it out again: every call refreshes.
    ttl: { AccessToken: 30, Grant: 3600, Interaction: 600, RefreshToken: 3600, Session: 600 },
    cookies: { keys: ['test'] },
    jwks: { keys: [signingKey] },
    loadExistingGrant: async (context) => {
      const { client, session } = context.oidc
      const grant = new context.oidc.provider.Grant({
        clientId: client?.clientId ?? '',
        accountId: session?.accountId ?? '',
      })
      grant.addOIDCScope('contacts.read offline_access')
      await grant.save()
      return grant
    },
  })
  const handle = provider.callback()
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url ?? '', origin)
    if (pathname.startsWith('/interaction/')) {
      void provider.interactionFinished(request, response, people)
    } else if (isDown && pathname === '/token/revocation') response.writeHead(503).end()
    else void handle(request, response)
  })

  return {
    origin,
    /** How it is spoken to. */
    record: plainProvider(origin, {
      issuer: origin,
      sendsIssuer: true,
      authorizationEndpoint: `${origin}/auth`,
      scopes: ['contacts.read', 'offline_access'],
      authorizationParameters: { prompt: 'consent' },
      revocation: { endpoint: `${origin}/token/revocation` },
    }),
    allow(accountId: string) {
      people = { login: { accountId }, consent: {} }
    },
    decline() {
      people = { error: 'access_denied' }
    },
    setDown(whether: boolean) {
      isDown = whether
    },
    /** The browser: follows the redirects, with cookies, until one leads to us. */
    async browse(start: URL): Promise<Record<string, string>> {
      const cookies = new Map<string, string>()
      let at = start
      for (let hops = 0; hops < 10; hops++) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
        const response = await fetch(at, { redirect: 'manual', headers: { cookie } })
        for (const line of response.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
          cookies.set(name, value)
        }
        const location = response.headers.get('location')
        if (!location) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
        at = new URL(location, at)
        if (at.origin === url) return Object.fromEntries(at.searchParams)
      }
      throw new Error('The provider does not come to an end.')
    },
    /** What a token is worth there, as our client asks for it. */
    async isActive(token: string): Promise<boolean> {
      const response = await fetch(`${origin}/token/introspection`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('client-1:s3cret+%26%2B').toString('base64')}` },
        body: new URLSearchParams({ token }),
      })
      const { active } = (await response.json()) as { active: boolean }
      return active
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
