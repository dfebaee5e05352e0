import {
  type AccountAnswers,
  type AcknowledgeFlow,
  type ActionGuard,
  type AuthorizeTickets,
  type ClaimFlow,
  type EndTrip,
  type FindFlowState,
  type FlowClock,
  type FlowLifetime,
  type FlowPresets,
  type FlowSteps,
  type FlowTrips,
  type NewestDocument,
  type SaveChoices,
  type SaveForm,
  type WizardActions,
  createAccountAnswers,
  createFindAccountQuestion,
  createAcknowledgeFlow,
  createActionGuard,
  createAuthorizeTickets,
  createClaimForBrowser,
  createClaims,
  createEndTrip,
  createFindClaimSubject,
  createFindFlowInfo,
  createFindFlowMethods,
  createFlowClock,
  createFlowLifetime,
  createFlowPresets,
  createFlowStates,
  createFlowView,
  createReadPostedForm,
  createRepairs,
  type ReadPostedForm,
  createFlowSteps,
  createFlowTrips,
  createNewestDocument,
  createSaveChoices,
  createSaveForm,
  createWizardActions,
  heedChecks,
} from './nouns/flows/flows.ts'
import { type Authorizations, createAuthorizations } from './nouns/authorizations/authorizations.ts'
import {
  type Presence,
  type UnclaimedFlows,
  createPresence,
  createUnclaimedFlows,
} from './nouns/presence/presence.ts'
import type { Core } from './core.ts'

/** The flows of this process: what is done with one, who is there, and what time does to them. */
export interface FlowParts {
  readonly steps: FlowSteps
  readonly lifetime: FlowLifetime
  readonly trips: FlowTrips
  readonly guard: ActionGuard
  readonly actions: WizardActions & AccountAnswers & { saveForm: SaveForm; saveChoices: SaveChoices }
  readonly newest: NewestDocument
  readonly tickets: AuthorizeTickets
  readonly findState: FindFlowState
  readonly claimFlow: ClaimFlow
  readonly authorizations: Authorizations
  readonly acknowledge: AcknowledgeFlow
  readonly presets: FlowPresets
  readonly readPostedForm: ReadPostedForm
  readonly endTrip: EndTrip
  readonly presence: Presence
  readonly unclaimed: UnclaimedFlows
  readonly clock: FlowClock
}

/** Joins the parts of flows, as `core.ts` joins those of all else. */
export function createFlowParts(core: Core): FlowParts {
  const { config, database, events, now, registry, sources, checks, streams, oauth } = core
  const { ephemeralTokens, oauthClients, log } = core
  const { timings } = config

  const presets = createFlowPresets(core.keyRing)
  const findMethods = createFindFlowMethods({ sources, oauthClients })
  const infoOf = createFindFlowInfo({ registry, sources, presets, findMethods })
  const steps = createFlowSteps({ events, infoOf, ephemeralTokens, sources, checks, streams, presets, now })
  heedChecks({ events, steps })
  const repairs = createRepairs({ presets, sources, registry, ephemeralTokens, now })
  const findQuestion = createFindAccountQuestion({ oauth, sources, repairs })
  const lifetime = createFlowLifetime({ events, longest: timings.flow, now })
  const trips = createFlowTrips({ steps, presets, sources, registry, oauth, events, now })
  const tickets = createAuthorizeTickets(config.encryptionKeys)
  const presence = createPresence(timings)
  const findSubject = createFindClaimSubject({ registry, sources, checks, presets, oauthClients, now })
  const readPostedForm = createReadPostedForm({ presets, findMethods, sources, registry, now })
  const origins = config
  const claims = { database, events, ephemeralTokens, findSubject, origins, timings, now, log }
  const claimForBrowser = createClaimForBrowser(claims)
  const acknowledge = createAcknowledgeFlow({ database, events, now })
  return {
    steps,
    lifetime,
    trips,
    tickets,
    presence,
    presets,
    readPostedForm,
    guard: createActionGuard({ database, steps, lifetime, checks, findQuestion }),
    actions: {
      ...createWizardActions({ steps, sources, checks, streams, events, now }),
      ...createAccountAnswers({ steps, trips, oauth, sources, findQuestion, repairs, now }),
      saveForm: createSaveForm({ steps, readPostedForm, sources, oauth, now }),
      saveChoices: createSaveChoices({ steps, presets, sources, now }),
    },
    newest: createNewestDocument({ steps, trips, events }),
    findState: createFlowStates({
      ...core,
      steps,
      view: createFlowView({ presets, findMethods, now }),
      findQuestion,
      tickets,
    }),
    claimFlow: createClaims(claims),
    authorizations: createAuthorizations({ ...core, claimForBrowser, acknowledge }),
    acknowledge,
    endTrip: createEndTrip({ database, oauth, trips, presence, lease: timings.lease, now }),
    unclaimed: createUnclaimedFlows(now),
    clock: createFlowClock({ database, events, presence, lifetime, timings, now, log }),
  }
}
