import { timings } from '@bobbin/shared/timings'
import type { SourceResult } from '@bobbin/shared/window-protocol'
import { askHost } from './ask-host.ts'
import { claimFlow } from './claim.ts'
import { closeSurface } from './close-surface.ts'
import { delay } from './delay.ts'
import { openDirectLink } from './direct-link.ts'
import type { Flow, FlowSeed, Launch, Progress } from './flow.ts'
import { errorFromHost } from './failure.ts'
import { forgetFlow, rememberFlow } from './flow-store.ts'
import { defaultLimits } from './limits.ts'
import { closedBy, openOutcome, type Closing } from './outcome.ts'
import { prepareClaim } from './prepare-claim.ts'
import { askRelay, followRelay } from './relay.ts'
import { unfitContext } from './unfit-context.ts'
import { warnOfUnknown } from './unknown-options.ts'
import { judgeClosed, watchWindow } from './window-watch.ts'

/**
 * One flow, from its opened window to its one outcome: claim, then relay and direct link, then the end.
 *
 * What must hold:
 * 1. The promise settles exactly once, and always.
 * 2. The host's record is the truth. The direct link brings the same news, sooner.
 * 3. A window that reads closed may live; see `window-watch.ts`. Its going rejects this page's promise
 *    and nothing else: the flow stays open, and the error can resume it.
 * 4. What was started ends when the promise settles.
 */
export async function runFlow(flow: Flow, launch: Launch): Promise<SourceResult> {
  const limits = { ...defaultLimits }
  const ended = new AbortController()
  const { signal } = ended
  const isResumed = !!flow.progress
  let isClaimed = isResumed
  let claimedAt = 0
  let isHostHeard = false
  const progress = (flow.progress = startOf(flow))
  const ignored: string[] = []
  const early: unknown[] = []
  let lastDoc = ''
  let signs = 0
  let signedAt = 0

  const link = openDirectLink({
    flow,
    limits,
    signal,
    isHostHeard: () => isHostHeard,
    onBarred() {
      // It stays open, and says so. Only what is claimed can be resumed.
      if (isClaimed) outcome.lose('CookiesBlocked')
    },
    onSign(docId) {
      signs++
      signedAt = Date.now()
      // A document from before the trip to the provider is not back because it still speaks.
      if (docId !== lastDoc) progress.phase = 'open'
      lastDoc = docId
    },
    onEvent(event) {
      // Until our own claim is answered, the wizard may be speaking of somebody else's.
      if (isClaimed) outcome.receive(event)
      else early.push(event)
      return { ok: true }
    },
  })
  const outcome = openOutcome(flow, progress, {
    resume: () => launch(reopened(flow), (again) => runFlow(again, launch)),
    onMove(type) {
      rememberFlow(flow)
      signs++
      if (type === 'here') link.sayHello()
      // What was linked is not what is in the window now.
      else link.drop()
    },
    onGone: (closing) => void believeGone(closing),
  })

  const takeNews = (events: readonly unknown[]) => events.forEach(outcome.receive)

  /** Whether the host could be asked. */
  async function askForNews(): Promise<boolean> {
    const events = await askRelay(flow, progress.latest, limits)
    takeNews(events ?? [])
    return !!events
  }

  /**
   * What a window's silence means while the host is not heard: that it is at the provider, unless the step
   * is known to be another. Any document that speaks from now on has come back.
   */
  function suspectAway(): void {
    if (progress.phase !== 'open' || (progress.step ?? 'oauth') !== 'oauth') return
    progress.phase = 'away'
    lastDoc = ''
  }

  /** The host lost sight of the window. One that is not closed may only be slow: it is asked to speak. */
  async function believeGone(closing: Closing): Promise<void> {
    // Of an older window, or of one that is still there: both have their own clock. Otherwise the host saw
    // a document come and go before our claim.
    if (progress.phase === 'opening' && (isResumed || flow.surface.isClosed() === false)) return
    const before = signs
    if (flow.surface.isClosed() === false) {
      link.sayHello()
      await delay(limits.call)
    } else await askForNews() // a page that resumed hears of it late: it may have come back since
    if (signal.aborted || signs > before) return
    if (Date.now() < (flow.reopenUntil ?? 0) && flow.surface.open()) return
    // What is gone without having been closed has crashed.
    const isOpen = closing.reason === 'closed' && flow.surface.isClosed() === false
    outcome.lose('AppClosedPrematurely', isOpen ? { ...closing, reason: 'crashed' } : closing)
  }

  async function expectSign(): Promise<void> {
    const window = flow.surface.target
    await delay(limits.load)
    // A flow that is lost, not ended, leaves its window open: the person may be about to mend what is wrong.
    if (signal.aborted || progress.phase !== 'opening' || window !== flow.surface.target) return
    void closeSurface(flow.surface)
    outcome.lose('AppLoadTimeout')
  }

  /** Ends the flow for everyone, unless it has ended already: then its own outcome counts. */
  async function stop(): Promise<void> {
    const reason = flow.stop.signal.aborted ? 'closed' : 'aborted'
    if (reason === 'aborted') outcome.reject(flow.options.signal?.reason)
    void closeSurface(flow.surface)
    const signal = AbortSignal.timeout(limits.call)
    await askHost(flow, 'cancel', { app_key: flow.appKey, reason }, { keepalive: true, signal }).catch(
      () => null,
    )
    await askForNews()
    outcome.reject(outcome.fail('AppClosedPrematurely', closedBy(reason)))
  }

  async function claim(): Promise<void> {
    const { fail } = outcome
    const request = await prepareClaim(flow, { limits, fail, ignored })
    const isAway = () => signs > 0 && !link.isLinked() && flow.surface.isClosed() === false
    const answer = await claimFlow(flow, request, { limits, link, signal, isAway })
    if (!answer) {
      // A wizard that shows a claimed flow shows ours, in all likelihood: the person may go on in it.
      isClaimed = early.length > 0
      return isClaimed ? outcome.lose('RelayUnreachable') : outcome.reject(fail('RelayUnreachable'))
    }
    if (!answer.ok) throw errorFromHost(fail, answer.error)
    if (signal.aborted) return stop() // it was too late to stop the claim
    Object.assign(limits, answer.claim.timings)
    isClaimed = true
    claimedAt = Date.now()
    outcome.report('claimed')
    takeNews(early)
  }

  flow.revive = () => {
    if (flow.surface.isClosed() && judgeClosed(progress.phase, link.isLinked()) === 'closed')
      flow.surface.open()
  }

  try {
    const unfit = unfitContext()
    if (unfit) throw outcome.fail(unfit)
    outcome.report('opened')
    const claimed = Promise.race([isResumed || claim(), outcome.promise])
    claimed.catch(() => null) // met below
    if (!isResumed) {
      await delay(timings.paint)
      warnOfUnknown(flow.fn, flow.options)
    }
    rememberFlow(flow)
    for (const cause of [flow.stop.signal, flow.options.signal]) {
      if (cause?.aborted) void stop()
      cause?.addEventListener('abort', stop, { signal })
    }
    void delay(limits.hello).then(() => link.sayHello())
    void watchWindow(flow, {
      limits,
      signal,
      progress,
      isLinked: link.isLinked,
      onReplaced() {
        progress.phase = 'opening'
        void expectSign()
        link.sayHello()
      },
      onSevered() {
        rememberFlow(flow)
        outcome.report('severed')
      },
      onUncertain: () => outcome.report('uncertain'),
      async onClosing() {
        // Unheard, it may be cut off at the provider, for all that we know.
        if (!(await askForNews())) suspectAway()
      },
      onClosed: () => outcome.lose('AppClosedPrematurely', closedBy('closed')),
      onAbandoned: () => outcome.lose('AppClosedPrematurely', { reason: 'abandoned', certainty: 'assumed' }),
    })
    await claimed
    if (progress.phase === 'opening') void expectSign()
    void followRelay(flow, {
      limits,
      signal,
      progress,
      onEvents: takeNews,
      onHeard(isHeard) {
        isHostHeard = isHeard
        if (isHeard) return
        const isSilent = !link.isLinked() && Date.now() - signedAt > limits.call
        if (isSilent && flow.surface.isClosed() === false) suspectAway()
        link.sayHello()
      },
      onUnknown() {
        // What claimed the flow a moment ago knows it, and so does a wizard that answers.
        if (Date.now() - claimedAt > limits.load && !link.isLinked()) {
          outcome.reject(outcome.fail('FlowExpired'))
        }
      },
      onUnreachable: () => outcome.lose('RelayUnreachable'),
      // At the provider a window may still come back, unless it is cut off: then nobody would tell.
      isExcused: () => link.isLinked() || (progress.phase === 'away' && !flow.surface.isClosed()),
    })
    const result = await outcome.promise
    return { ...result, ignored_default_streams: [...ignored, ...result.ignored_default_streams] }
  } finally {
    ended.abort()
    if (!isClaimed) void closeSurface(flow.surface) // an unclaimed one leads nowhere
    if (outcome.isLost()) rememberFlow(flow, true)
    else {
      forgetFlow(flow.flowId)
      if (isClaimed) void askForNews() // so the host learns that its outcome has arrived
    }
  }
}

/** Where this page's share of the flow begins. */
function startOf({ fn, subject, progress }: FlowSeed): Progress {
  const source = fn === 'addSource' ? {} : { sourceId: Number(subject) }
  return { phase: 'opening', latest: 0, ...source, ...progress }
}

/** The same flow, for a window of its own that is about to open. */
export function reopened(seed: FlowSeed): FlowSeed {
  return { ...seed, isSevered: false, progress: { latest: 0, ...seed.progress, phase: 'opening' } }
}
