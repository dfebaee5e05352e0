import type { FastifyInstance } from 'fastify'
import { acceptForms } from '../../http/form-body.ts'
import type { SendPage } from '../../http/wizard-page.ts'
import type { Accounts, Partner } from '../../nouns/accounts/accounts.ts'
import type { AccessTokens, PartnerCodes } from '../../nouns/tokens/tokens.ts'
import type { Database } from '../../store/database.ts'
import type { PartnerSettings } from './authorization-request.ts'
import { serveAuthorizationPage } from './authorization-page.ts'
import { serveTokenEndpoint } from './token-endpoint.ts'

/** The largest form that is read, in bytes. */
const bodyLimit = 32 * 1024

interface PartnerOAuthParts {
  readonly accounts: Pick<Accounts, 'isTaken'>
  readonly accessTokens: Pick<AccessTokens, 'authenticate'>
  readonly partnerCodes: PartnerCodes
  readonly database: Pick<Database, 'write'>
  readonly config: {
    readonly url: string
    readonly partner: Partner | null
    /** What people read who asks. */
    readonly partnerName: string
    readonly partnerOAuth: PartnerSettings['partnerOAuth']
    readonly encryptionKeys: readonly { readonly key: Uint8Array }[]
  }
  readonly now: () => number
}

/**
 * OAuth 2.1 for the partner: its users let it into their accounts here. Without registered redirect URIs
 * none of it is there.
 */
export async function servePartnerOAuth(
  app: FastifyInstance,
  parts: PartnerOAuthParts,
  sendPage: SendPage,
): Promise<void> {
  const { partnerOAuth, url } = parts.config
  if (!partnerOAuth) return
  await app.register(async (routes) => {
    acceptForms(routes, bodyLimit)
    serveAuthorizationPage(routes, parts, sendPage)
    serveTokenEndpoint(routes, parts)
  })

  app.get('/.well-known/oauth-authorization-server', () => ({
    issuer: url,
    authorization_endpoint: `${url}/oauth/authorization`,
    token_endpoint: `${url}/oauth/token`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    authorization_response_iss_parameter_supported: true,
  }))
}
