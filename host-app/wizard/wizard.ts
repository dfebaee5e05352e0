import type { FlowEvent } from '@bobbin/shared/window-protocol'
import type { WizardEvent } from '@bobbin/shared/wizard-api'
import type { Boot } from '@bobbin/shared/wizard-page'
import { isFor } from './failure-reason.ts'
import { authorizeUrl, createApi, type Api, type CallError, type CallResult } from './api-client.ts'
import { movesOnByItself } from './check-progress.ts'
import { isNews } from './flow-news.ts'
import { followUps, type FollowUp } from './follow-ups.ts'
import type { OpenerLink } from './opener-link.ts'
import { followHistory, type StepHistory } from './step-history.ts'
import { openPresence } from './presence.ts'
import { perform } from './perform.ts'
import { cancelPause, closePause, later, refreshPause, successPause } from './pauses.ts'
import { endingOfError } from './view.ts'
import type { FilledForm } from './form/filled-form.ts'
import { reduce, type WizardAction } from './wizard-reducer.ts'
import { initialState, isBusy, type Intent, type WizardState } from './wizard-state.ts'

/** What the screens may do. They hold no rules; this does. */
export interface Wizard {
  readonly api: Api
  state(): WizardState
  /** The screens have taken over the page. */
  ready(): void
  subscribe(listener: (state: WizardState) => void): void
  /** Sends the form, unless something in it is wrong. */
  submitForm(form: FilledForm): void
  /** Does it, as soon as the flow is claimed and the person's consent is settled. */
  intend(intent: Intent): void
  /** Goes to one of the open steps. */
  readonly goToStep: StepHistory['goTo']
  retry(): void
  agree(): Promise<CallError | null>
  setDirty(isDirty: boolean): void
  /** Ends the flow; asks first when something would be lost, or has been made. */
  cancel(): void
  keepGoing(): void
  /** `keep`: as a closed window does. `discard`: what this flow made is deleted. */
  confirmCancel(how: 'keep' | 'discard'): void
  close(): void
  /** Where the link to the provider leads. */
  authorizeHref(): string
  /** The link to the provider was followed: the provider's page must not reach the opener. */
  disownOpener(): void
  /** Whether the error means that another screen takes over, as the end of the flow does. */
  isOver(error: CallError): boolean
}

/** Starts the wizard in this document: its streams, its link to the opener, and its rules. */
export function startWizard(boot: Boot): Wizard {
  const { flowId } = boot
  const api = createApi(flowId)
  const listeners = new Set<(state: WizardState) => void>()
  let state = initialState(boot)
  let link: OpenerLink | null = null
  /** What the page was told before the link was loaded. */
  let told: FlowEvent[] = []
  /** Counts replies that brought a state, so that an older answer never replaces a newer one. */
  let replies = 0
  let isRefreshing = false
  /** The server knew this document by its cookie. */
  let isKnown = state.flow !== null

  function dispatch(action: WizardAction): void {
    const before = state
    state = reduce(state, action)
    if (state === before) return
    for (const followUp of followUps(before, state)) follow[followUp]()
    for (const listener of listeners) listener(state)
  }

  const follow: Readonly<Record<FollowUp, () => void>> = {
    act: () => void act(),
    awaitProof: () => later(state.flow?.timings.proof ?? 0, () => dispatch({ type: 'proofOverdue' })),
    startCheck: () => intend({ name: 'startCheck' }),
    leaveCheck: () =>
      later(successPause, () => {
        if (state.flow && movesOnByItself(state.flow)) intend({ name: 'finishCheck' })
      }),
    enterStep: () => steps.enter(),
    tellOpener() {
      if (state.flow) link?.update(state.flow)
    },
    stopListening: () => presence.stop(),
    closeCancelled: () => later(cancelPause, close),
    closeDone: () => later(state.flow?.timings.done ?? 0, close),
  }

  async function act(): Promise<void> {
    const { intent } = state
    if (!intent) return
    if (intent.name === 'authorize') return goToProvider()
    const result = await perform(api, intent)
    if (!result.ok) return fail(result.error)
    replies += 1
    dispatch(result.value)
  }

  function fail(error: CallError): void {
    if (!isOver(error)) dispatch({ type: 'refused', error })
  }

  function isOver(error: CallError): boolean {
    // The flow moved on without this document (it ended, another tab saved): the state says where to.
    if (error.code === 'FlowExpired' || error.code === 'Conflict') {
      dispatch({ type: 'withdrawn' })
      void refresh()
      return true
    }
    const ending = endingOfError(error)
    if (ending) dispatch({ type: 'ended', ending })
    return ending !== null
  }

  function intend(intent: Intent): void {
    dispatch({ type: 'intended', intent })
  }

  function submitForm({ faults, body }: FilledForm): void {
    if (isBusy(state)) return
    if (Object.keys(faults).length > 0) return dispatch({ type: 'formFaulty', faults })
    intend({ name: 'saveForm', body })
  }

  function authorizeHref(): string {
    return authorizeUrl(flowId, state.flow?.authorize_ticket ?? null, presence.docId())
  }

  function goToProvider(): void {
    disownOpener()
    location.assign(authorizeHref())
  }

  const disownOpener = () => void (window.opener = null)

  /** Reads the state again until an answer comes. */
  async function refresh(): Promise<void> {
    if (isRefreshing) return
    isRefreshing = true
    const seen = replies
    const result = await api.call('getState', undefined)
    isRefreshing = false
    if (result.ok) {
      isKnown = true
      dispatch({ type: 'online', isOnline: true })
      if (seen === replies) dispatch({ type: 'flow', flow: result.value })
      else void refresh()
      return
    }
    const { error } = result
    if (isFor(error, 'Conflict', 'unclaimed')) return
    // The page brought a cookie a moment ago, and it did not come back.
    if (error.code === 'NotFound' && !isKnown) return bar()
    const ending = endingOfError(error)
    if (ending) return dispatch({ type: 'ended', ending })
    dispatch({ type: 'online', isOnline: false })
    later(refreshPause, refresh)
  }

  function bar(): void {
    isOver({ code: 'CookiesBlocked', message: '', data: { origin: location.origin } })
  }

  function hear(event: WizardEvent): void {
    isKnown = true
    switch (event.type) {
      case 'state':
        return void refresh()
      case 'refused':
        return dispatch({
          type: 'ended',
          ending: endingOfError(event.data) ?? { notice: 'refused', error: event.data },
        })
      case 'elsewhere':
      case 'superseded':
        return dispatch({ type: 'ended', ending: { notice: event.type } })
      case 'check':
        return dispatch({ type: 'checkEvent', ...event.data, at: Date.now() })
      case 'acknowledged':
        return dispatch({ type: 'acknowledged' })
      case 'flow_event':
      case 'outcome':
        if (link) link.forward(event.data)
        else told.push(event.data)
        if (isNews(event.data, state.flow)) void refresh()
        return
      case 'unclaimed': // what is shown already says so
    }
  }

  const steps = followHistory({ flow: () => state.flow, intend })
  const presence = openPresence(flowId, {
    hear,
    online: (isOnline) => dispatch({ type: 'online', isOnline }),
    refused: refresh,
    unheard() {
      if (state.isOnline) void refresh()
    },
    renewed() {
      // A trip to the provider that was begun is over; the next needs a new one-time value.
      dispatch({ type: 'withdrawn' })
      void openLink()
    },
  })

  /** The link to the opener is a shortcut with a library of its own; it loads beside the first step. */
  async function openLink(): Promise<void> {
    link?.stop()
    link = null
    told = []
    const { openOpenerLink } = await import('./opener-link.ts')
    link = openOpenerLink({
      flowId,
      docId: presence.docId(),
      flow: () => state.flow,
      isBarred: () => state.ending?.notice === 'cookies_blocked',
      told,
      acknowledged: () => dispatch({ type: 'acknowledged' }),
      close,
      async reportProof(origin) {
        const result = await api.call('reportProof', { origin })
        return took(result, (flow) => dispatch({ type: 'flow', flow }))
      },
      claim: (request, origin) => api.call('claimForPage', { claim: request, opener_origin: origin }),
    })
  }

  /** Hands on a reply that brings the state; answers false when none came, so that it is tried again. */
  function took<Value>(result: CallResult<Value>, take: (value: Value) => void): boolean {
    if (result.ok) {
      replies += 1
      take(result.value)
      return true
    }
    const ending = endingOfError(result.error)
    if (ending) dispatch({ type: 'ended', ending })
    return ending !== null
  }

  async function agree(): Promise<CallError | null> {
    const result = await api.call('giveConsent', {})
    if (took(result, (flow) => dispatch({ type: 'flow', flow }))) return null
    return result.ok ? null : result.error
  }

  function cancel(): void {
    if (state.isDirty || state.flow?.made.length) dispatch({ type: 'cancelling', cancelling: 'asking' })
    else void confirmCancel('keep')
  }

  async function confirmCancel(how: 'keep' | 'discard'): Promise<void> {
    dispatch({ type: 'cancelling', cancelling: 'sending' })
    const { flow } = state
    if (!flow) {
      const { ok } = await api.call('withdrawFlow', {})
      dispatch({ type: 'cancelling', cancelling: ok ? 'done' : 'no' })
      return close()
    }
    const body = how === 'discard' ? { discard: flow.made.map(({ id }) => id) } : {}
    const result = await api.call('cancelFlow', body)
    if (!result.ok && how === 'discard') {
      // A closed window would keep it: so the question stays until the answer has come, and is about what there is then.
      return dispatch({ type: 'cancelling', cancelling: isOver(result.error) ? 'asking' : 'failed' })
    }
    dispatch({ type: 'cancelling', cancelling: 'no' })
    // Unheard, the closed window tells the same to the server a moment later.
    if (!took(result, (flow) => dispatch({ type: 'flow', flow }))) close()
  }

  function close(): void {
    window.close()
    later(closePause, () => dispatch({ type: 'stayedOpen' }))
  }

  if (!navigator.cookieEnabled) bar()
  void openLink()
  // A page that came with its state may have work to start, as a change of state would.
  for (const followUp of followUps(null, state)) follow[followUp]()

  return {
    api,
    state: () => state,
    subscribe: (listener) => void listeners.add(listener),
    ready: () => dispatch({ type: 'ready' }),
    submitForm,
    intend,
    goToStep: steps.goTo,
    retry: () => dispatch({ type: 'retried' }),
    agree,
    setDirty: (isDirty) => dispatch({ type: 'dirty', isDirty }),
    cancel,
    keepGoing: () => dispatch({ type: 'cancelling', cancelling: 'no' }),
    confirmCancel: (how) => void confirmCancel(how),
    close,
    authorizeHref,
    disownOpener,
    isOver,
  }
}
