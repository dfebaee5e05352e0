import type { FastifyInstance } from 'fastify'
import { acceptForms } from '../../http/form-body.ts'
import { loadWizardPages } from '../../http/wizard-page.ts'
import type { Services } from '../../services.ts'
import { serveAuthorizationPage } from './authorization-page.ts'
import { serveTokenEndpoint } from './token-endpoint.ts'

/** The largest form that is read, in bytes. */
const bodyLimit = 32 * 1024

/**
 * OAuth 2.1 for the partner: its users let it into their accounts here. Without registered redirect URIs
 * none of it is there.
 */
export async function servePartnerOAuth(app: FastifyInstance, services: Services): Promise<void> {
  const { partnerOAuth, partnerName, url } = services.config
  if (!partnerOAuth) return
  const sendPage = await loadWizardPages()
  await app.register(async (routes) => {
    acceptForms(routes, bodyLimit)
    serveAuthorizationPage(routes, services, { name: partnerName, sendPage })
    serveTokenEndpoint(routes, services)
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
