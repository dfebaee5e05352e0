import type { ClaimReply, ClaimRequest } from '@bobbin/shared/window-protocol'
import { askHost } from './ask-host.ts'
import { backOff } from './delay.ts'
import type { DirectLink } from './direct-link.ts'
import type { HostError } from './failure.ts'
import type { Flow } from './flow.ts'
import type { Limits } from './limits.ts'

interface ClaimNeeds {
  readonly limits: Limits
  readonly link: DirectLink
  /** Aborted when the flow has settled. */
  readonly signal: AbortSignal
  /** Whether the window may come back from where it is, and claim for us then. */
  readonly isAway: () => boolean
}

type Answer = { ok: true; claim: ClaimReply } | { ok: false; error: HostError }

/**
 * Claims the flow: spends the token and registers the flow's key. The same claim may be sent again and
 * again; the host answers it the same way.
 *
 * Where fetch cannot reach the host (a Content-Security-Policy, an ad blocker), the wizard claims for
 * us over the direct link: each document of it is asked as soon as it is met, since a person may leave it
 * for a provider at once.
 *
 * Null when nobody answers.
 */
export async function claimFlow(
  flow: Flow,
  request: ClaimRequest,
  { limits, link, signal, isAway }: ClaimNeeds,
): Promise<Answer | null> {
  async function claimByFetch(): Promise<Answer> {
    const response = await askHost(flow, 'claim', request, { signal: AbortSignal.timeout(limits.call) })
    const body = await response.json()
    return response.ok ? { ok: true, claim: body } : { ok: false, error: { ...body, code: body.error } }
  }

  async function attempt(ask: () => Promise<Answer | null>): Promise<Answer | null> {
    const answer = await ask().catch(() => null)
    return answer && !answer.ok && isPassing(answer.error) ? null : answer
  }

  const start = Date.now()
  let isOver = false
  /** Both ways at once; what ends one ends the other. */
  async function insist(ask: () => Promise<Answer | null>, pause = backOff): Promise<Answer | null> {
    for (let failures = 0; ; failures++) {
      await pause(failures)
      if (isOver || signal.aborted) return null
      const answer = await attempt(ask)
      isOver ||= !!answer || Date.now() - start > (isAway() ? limits.away : limits.claim)
      if (isOver) return answer
    }
  }

  const answer = await attempt(claimByFetch)
  if (answer) return answer
  link.sayHello('down')
  const untilMet = (failures: number) => Promise.race([backOff(failures), link.met()])
  return Promise.race([insist(claimByFetch), insist(() => link.claim(request), untilMet)])
}

/** Whether the same claim may be answered otherwise in a moment. Without data it is no answer of the host's. */
function isPassing({ code, data }: HostError): boolean {
  return !data || /^(RateLimited|Unavailable|Internal)$/.test(code)
}
