import type { FastifyInstance } from 'fastify'
import { serveAuthorize } from './doors/flows/authorize-route.ts'
import { serveCallbacks } from './doors/flows/callback-routes.ts'
import { limitPosts } from './doors/flows/limit-posts.ts'
import { serveRelay } from './doors/flows/relay-routes.ts'
import { createClaimTaking } from './doors/flows/take-claim.ts'
import { createWizardAccess } from './doors/flows/wizard-access.ts'
import { serveWizardActions } from './doors/flows/wizard-action-routes.ts'
import { serveWizardClaims } from './doors/flows/wizard-claim-routes.ts'
import { createWizardCookies } from './doors/flows/wizard-cookie.ts'
import { createWizardEvents } from './doors/flows/wizard-events.ts'
import { serveWizardPage } from './doors/flows/wizard-page-route.ts'
import { serveWizardPresence } from './doors/flows/wizard-presence-routes.ts'
import { createWizardState } from './doors/flows/wizard-state.ts'
import { serveWizardStreams } from './doors/flows/wizard-stream-routes.ts'
import type { ConnectApi } from './doors/connect-api/connect-api.ts'
import type { SendPage } from './http/wizard-page.ts'
import {
  type FlowClock,
  createAccountAnswers,
  createAcknowledgeFlow,
  createActionGuard,
  createAuthorizeTickets,
  createClaims,
  createFindSubject,
  createFlowClock,
  createFlowLifetime,
  createFlowStates,
  createFlowSteps,
  createFormStep,
  createNewestDocument,
  createProviderTrips,
  createTripEnds,
  createWizardActions,
} from './nouns/flows/flows.ts'
import { createPresence, createUnclaimedFlows } from './nouns/presence/presence.ts'
import type { Core } from './core.ts'

/** The flows of this process: their routes, who is there, and what time does to them. */
export interface Flows extends FlowClock {
  registerRoutes(app: FastifyInstance, connectApi: ConnectApi, sendPage: SendPage): void
}

/** Joins the parts of flows, as `core.ts` joins those of all else. */
export function createFlows(core: Core): Flows {
  const { config, database, events, now, registry, sources, checks, streams, oauth } = core
  const { ephemeralTokens, log } = core
  const { timings, url, encryptionKeys } = config

  const steps = createFlowSteps({ events, registry, sources, checks, streams, now })
  const lifetime = createFlowLifetime({ events, longest: timings.flow, now })
  const trips = createProviderTrips({ steps, registry, oauth, events, now })
  const guard = createActionGuard({ database, ephemeralTokens, steps, lifetime, checks, oauth })
  const actions = {
    ...createWizardActions({ steps, sources, checks, streams, events, now }),
    ...createAccountAnswers({ steps, trips, oauth, sources, now }),
    saveForm: createFormStep({ steps, sources, now }),
  }
  const newest = createNewestDocument({ steps, trips, events })
  const tickets = createAuthorizeTickets(encryptionKeys)
  const findState = createFlowStates({ ...core, steps, tickets })
  const presence = createPresence(timings)
  const unclaimed = createUnclaimedFlows(now)
  const clock = createFlowClock({ database, events, presence, lifetime, timings, now, log })
  const findSubject = createFindSubject({ registry, sources, checks })
  const claimFlow = createClaims({
    database,
    events,
    ephemeralTokens,
    findSubject,
    origins: config,
    timings,
    now,
  })
  const endTrip = createTripEnds({ database, oauth, trips, presence, lease: timings.lease, now })

  return {
    start: clock.start,
    stop: clock.stop,
    registerRoutes(app, connectApi, sendPage) {
      const cookies = createWizardCookies({ url, keys: encryptionKeys, lifetime: timings.session, now })
      const access = createWizardAccess({ database, lifetime, cookies, url })
      const showFlow = createWizardState(findState, timings)
      const claims = createClaimTaking({ ...core, claimFlow, window: { presence, unclaimed } })
      const acknowledge = createAcknowledgeFlow({ database, events, now })
      const windows = { presence, unclaimed }
      const followDocument = createWizardEvents({
        database,
        events,
        ...windows,
        newest,
        claimTime: timings.claim,
      })
      const { heartbeat } = timings

      serveRelay(app, connectApi, { database, events, claims, acknowledge, heartbeat, now })
      app.register(async (wizard) => {
        limitPosts(wizard, { url, cookies, now })
        serveWizardActions(wizard, { access, guard, actions, showFlow, checks })
        serveWizardPresence(wizard, { database, newest, access, presence, followDocument, heartbeat })
        serveWizardClaims(wizard, { database, access, claims, guard, actions, unclaimed })
        serveWizardStreams(wizard, { access, guard, streams })
      })
      serveCallbacks(app, { database, oauth, access, presence, steps, trips, endTrip, sendPage })
      serveWizardPage(app, { database, registry, access, ...windows, trips, showFlow, sendPage })
      serveAuthorize(app, { database, access, guard, trips, tickets, sendPage })
    },
  }
}
