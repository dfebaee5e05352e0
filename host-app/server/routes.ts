import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { openConnectApi } from './doors/connect-api/connect-api.ts'
import { serveAccessTokens } from './doors/connect-api/access-tokens.ts'
import { serveAccounts } from './doors/connect-api/accounts.ts'
import { serveAppLogos } from './doors/connect-api/app-logos.ts'
import { serveChecks } from './doors/connect-api/checks.ts'
import { serveEvents } from './doors/connect-api/events.ts'
import { serveImportTokens } from './doors/connect-api/import-tokens.ts'
import { refuseNotOffered } from './doors/connect-api/not-offered.ts'
import { serveOAuthClients } from './doors/connect-api/oauth-clients.ts'
import { serveSessions } from './doors/connect-api/sessions.ts'
import { serveSingerConfig } from './doors/connect-api/singer-config.ts'
import { serveSources } from './doors/connect-api/sources.ts'
import { serveSourceTypes } from './doors/connect-api/source-types.ts'
import { serveStreams } from './doors/connect-api/streams.ts'
import { serveVendorOptions } from './doors/connect-api/vendor-options.ts'
import { serveWebhooks } from './doors/connect-api/webhooks.ts'
import { openConnectorCatalog } from './doors/connector-catalog/connector-catalog.ts'
import { serveConnections } from './doors/connector-catalog/connections.ts'
import {
  createSourceOfConnection,
  serveOpenedConnections,
} from './doors/connector-catalog/opened-connections.ts'
import { createPageCallers } from './doors/connector-catalog/page-callers.ts'
import { servePlatform } from './doors/connector-catalog/platform.ts'
import { servePageSessions } from './doors/connector-catalog/sessions.ts'
import { createShownConnectors } from './doors/connector-catalog/shown-connector.ts'
import { serveConnectorLogos } from './doors/directory/connector-logos.ts'
import { serveDirectory } from './doors/directory/directory.ts'
import { serveHealth } from './doors/operations/health.ts'
import { serveMetrics } from './doors/operations/metrics-route.ts'
import { serveHome, serveNowhere } from './http/nowhere.ts'
import { createPageCookies } from './http/page-cookie.ts'
import { loadWizardPages } from './http/wizard-page.ts'
import { serveStatic } from './http/static-files.ts'
import { serveOpenApi } from './doors/reference/serve-openapi.ts'
import { servePartnerOAuth } from './doors/partner/partner-oauth.ts'
import { registerFlowRoutes } from './flow-routes.ts'
import type { Services } from './services.ts'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The map of the server: every door, and who keeps it. */
export async function registerRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const sendPage = await loadWizardPages(services.config)

  // The Connect API, for the back end of a customer page.
  const connectApi = openConnectApi(app, services)
  serveAccounts(connectApi, services)
  serveAccessTokens(connectApi, services)
  serveSessions(connectApi, services)
  serveSourceTypes(connectApi, services)
  serveSources(connectApi, services)
  serveVendorOptions(connectApi, services)
  serveImportTokens(connectApi, services)
  serveChecks(connectApi, services)
  serveStreams(connectApi, services)
  serveSingerConfig(connectApi, services)
  serveEvents(connectApi, services)
  serveWebhooks(connectApi, services)
  serveOAuthClients(connectApi, services)
  refuseNotOffered(app, services)

  // The same connectors as a directory.
  serveDirectory(app, services)
  serveConnectorLogos(app, services)

  // And as a catalog, for pages.
  const { config } = services
  const cookies = createPageCookies(config)
  const callers = createPageCallers({ ...services, cookies, origins: config })
  const catalog = openConnectorCatalog(app, { ...services, callers })
  const shown = createShownConnectors(config)
  servePageSessions(catalog, { ...services, callers, cookies })
  servePlatform(catalog, { ...services, shown })
  const { authorizations } = services.flows
  const sourceOf = createSourceOfConnection({ authorizations })
  serveConnections(catalog, { ...services, sourceOf, shown, browserTokens: config.browserTokens })
  serveOpenedConnections(catalog, { ...services, authorizations, callers, shown })

  // Flows: the customer page's calls, the wizard and its API, the way back from a provider.
  registerFlowRoutes(app, services, connectApi, sendPage)

  // The partner's users let it into their accounts.
  await servePartnerOAuth(app, services, sendPage)

  // What browsers load, and what operators ask.
  serveAppLogos(app, services)
  await serveStatic(app, { path: '/client/', folder: folder('../../client/dist'), names: 'named' })
  await serveStatic(app, {
    path: '/wizard/assets/',
    folder: folder('../dist/wizard/assets'),
    names: 'immutable',
  })
  serveHealth(app, services)
  serveMetrics(app, services)

  // What developers read.
  serveOpenApi(app, services.config)
  await serveStatic(app, {
    path: '/docs/assets/',
    folder: folder('../dist/reference/assets'),
    names: 'named',
  })

  serveHome(app, sendPage)
  serveNowhere(app, sendPage)
}
