/** Flows, as all others enter them: their rows, what may be done with one, and how each step is done. */

export { type AccountAnswers, createAccountAnswers } from './account-answers.ts'
export { createFindAccountQuestion } from './account-question.ts'
export { type AcknowledgeFlow, createAcknowledgeFlow } from './acknowledge-flow.ts'
export { type ActingBrowser, type ActionGuard, createActionGuard } from './action-guard.ts'
export { type AuthorizeTickets, createAuthorizeTickets } from './authorize-ticket.ts'
export { bindFlow } from './bind-flow.ts'
export { type EndTrip, createEndTrip } from './end-trip.ts'
export {
  type ClaimFlow,
  type ClaimForBrowser,
  type ClaimReply,
  createClaimForBrowser,
  createClaims,
} from './claim-flow.ts'
export { type ClaimRequest, createFindClaimSubject } from './claim-subject.ts'
export { cancelFlow } from './end-flow.ts'
export { type FlowPresets, createFlowPresets, sealedFlowPresets } from './flow-presets.ts'
export { type FlowClock, createFlowClock } from './flow-clock.ts'
export { type FlowLifetime, createFlowLifetime } from './flow-lifetime.ts'
export { type Flow, findFlow, openFlowsOf, relayTopic, wizardTopic } from './flow-row.ts'
export { type FindFlowState, createFlowStates } from './flow-state.ts'
export { createRepairs } from './repairs.ts'
export { createFindFlowInfo } from './flow-info.ts'
export { createFindFlowMethods } from './flow-methods.ts'
export { createFlowView, unclaimedInfo } from './flow-view.ts'
export { type ReadPostedForm, createReadPostedForm } from './posted-form.ts'
export { type FlowSteps, createFlowSteps } from './flow-steps.ts'
export { heedChecks } from './heed-checks.ts'
export { type OriginRules, requirePage } from './page-origin.ts'
export { type SaveChoices, createSaveChoices } from './save-choices.ts'
export { type SaveForm, createSaveForm } from './save-form.ts'
export { type NewestDocument, createNewestDocument } from './newest-document.ts'
export { type FlowTrips, createFlowTrips } from './flow-trips.ts'
export { type WizardNotice } from './tell-page.ts'
export { type WizardActions, createWizardActions } from './wizard-actions.ts'
