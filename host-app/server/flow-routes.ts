import type { FastifyInstance } from 'fastify'
import type { ConnectApi } from './doors/connect-api/connect-api.ts'
import { serveAuthorize } from './doors/flows/authorize-route.ts'
import { serveCallbacks } from './doors/flows/callback-routes.ts'
import { createClaimTaking } from './doors/flows/claim-taking.ts'
import { limitPosts } from './doors/flows/limit-posts.ts'
import { serveOpenedWindows } from './doors/flows/opened-window-routes.ts'
import { serveRelay } from './doors/flows/relay-routes.ts'
import { createShowFlow } from './doors/flows/show-flow.ts'
import { createWizardAccess } from './doors/flows/wizard-access.ts'
import { serveWizardActions } from './doors/flows/wizard-action-routes.ts'
import { serveWizardClaims } from './doors/flows/wizard-claim-routes.ts'
import { createWizardCookies } from './doors/flows/wizard-cookie.ts'
import { createWizardEvents } from './doors/flows/wizard-events.ts'
import { serveWizardOptions } from './doors/flows/wizard-option-routes.ts'
import { serveWizardPage } from './doors/flows/wizard-page-route.ts'
import { serveWizardPresence } from './doors/flows/wizard-presence-routes.ts'
import { serveWizardStreams } from './doors/flows/wizard-stream-routes.ts'
import { serveStatusSocket } from './doors/status-socket/status-socket.ts'
import { unclaimedInfo } from './nouns/flows/flows.ts'
import type { SendPage } from './http/wizard-page.ts'
import type { Services } from './services.ts'

/** The doors of flows: what the customer's page calls, the wizard and its API, the way to a provider and back. */
export function registerFlowRoutes(
  app: FastifyInstance,
  services: Services,
  connectApi: ConnectApi,
  sendPage: SendPage,
): void {
  const { config, database, events, registry, checks, streams, oauth, flows, now } = services
  const { popupLogins, customerTokens, vendorOptions, oauthClients } = services
  const { steps, lifetime, trips, guard, actions, newest, tickets, claimFlow, acknowledge } = flows
  const { presence, unclaimed, endTrip, authorizations, readPostedForm, presets } = flows
  const { timings, url, encryptionKeys: keys } = config
  const { heartbeat, claim: claimTime } = timings

  const cookies = createWizardCookies({ url, keys, lifetime: timings.session, now })
  const access = createWizardAccess({ database, lifetime, cookies, url })
  const showFlow = createShowFlow(flows.findState, timings)
  const connectorOf = async (name: string) => {
    const info = (registry.find(name) ?? registry.findBySlug(name))?.info
    const methods = info && (await oauthClients.methodsFor(info.type, 'anybody'))
    return info && methods ? unclaimedInfo(info, methods, now()) : null
  }
  const claims = createClaimTaking({ ...services, claimFlow, window: { presence, unclaimed } })
  const followDocument = createWizardEvents({ database, events, presence, unclaimed, newest, claimTime })

  serveRelay(app, connectApi, { database, events, claims, acknowledge, heartbeat, now })
  app.register(async (wizard) => {
    limitPosts(wizard, { url, cookies, now })
    serveWizardActions(wizard, { access, guard, actions, showFlow, checks })
    serveWizardPresence(wizard, { database, newest, lifetime, access, presence, followDocument, heartbeat })
    serveWizardOptions(wizard, { access, guard, vendorOptions, readPostedForm, presets })
    serveWizardClaims(wizard, { database, access, claims, guard, actions, unclaimed })
  })
  // Reads, all of them: whoever scrolls through a hundred thousand streams asks often.
  serveWizardStreams(app, { access, guard, streams })
  serveCallbacks(app, { database, oauth, access, presence, steps, trips, endTrip, sendPage })
  serveWizardPage(app, { database, connectorOf, access, presence, unclaimed, trips, showFlow, sendPage })
  serveOpenedWindows(app, { database, popupLogins, authorizations, cookies, url, sendPage })
  serveStatusSocket(app, { customerTokens, authorizations, origins: config })
  serveAuthorize(app, { database, access, guard, newest, trips, tickets, sendPage })
}
