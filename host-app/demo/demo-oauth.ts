import { generateKeyPairSync, randomBytes } from 'node:crypto'
import Provider from 'oidc-provider'
import { errorPage } from './demo-pages.ts'
import { createMemoryStore } from './memory-store.ts'

export interface DemoOAuthOptions {
  /** The issuer, as browsers and Bobbin see it. */
  url: string
  clientId: string
  clientSecret: string
  redirectUris: readonly string[]
  /** Seconds. */
  accessTokenTtl: number
}

const fourteenDays = 14 * 24 * 3600

/**
 * A real authorization server: the code flow with PKCE and nothing else, `iss` in its answers, refresh
 * tokens that rotate (a spent one that comes back ends the whole grant), and revocation, which ends a grant and no other.
 */
export function createDemoOAuth(options: DemoOAuthOptions): Provider {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const provider = new Provider(options.url, {
    adapter: createMemoryStore(),
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        client_name: 'Bobbin',
        redirect_uris: [...options.redirectUris],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kty: 'EC', use: 'sig', alg: 'ES256' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    scopes: ['crm.read', 'account.read'],
    pkce: { required: () => true },
    responseTypes: ['code'],
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    // What was granted outlives the browser that granted it.
    expiresWithSession: () => false,
    ttl: {
      AccessToken: options.accessTokenTtl,
      AuthorizationCode: 60,
      Grant: fourteenDays,
      Interaction: 3600,
      RefreshToken: fourteenDays,
      Session: 3600,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, client, token) => client.clientId === token.clientId,
      },
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: id }) }),
    renderError(context, out) {
      context.type = 'html'
      context.body = errorPage(out.error_description ?? out.error)
    },
  })
  provider.proxy = true
  return provider
}
