import type { ClaimReply, ClaimRequest } from '@bobbin/shared/window-protocol'
import { askHost } from './ask-host.ts'
import { backOff } from './delay.ts'
import type { DirectLink } from './direct-link.ts'
import { errorFromHost, type Fail, type HostError } from './failure.ts'
import type { Flow } from './flow.ts'
import type { Limits } from './limits.ts'

interface ClaimNeeds {
  readonly limits: Limits
  readonly link: DirectLink
  /** Aborted when the flow has settled. */
  readonly signal: AbortSignal
  readonly fail: Fail
}

type Answer = { ok: true; claim: ClaimReply } | { ok: false; error: HostError }

/**
 * Claims the flow: spends the token and registers the flow's key. The same claim may be sent again and
 * again; the host answers it the same way.
 *
 * Where fetch cannot reach the host (a Content-Security-Policy, an ad blocker), the wizard claims for
 * us over the direct link.
 *
 * @throws the refusal; RelayUnreachable when nobody answers.
 */
export async function claimFlow(
  flow: Flow,
  request: ClaimRequest,
  { limits, link, signal, fail }: ClaimNeeds,
): Promise<ClaimReply> {
  async function claimByFetch(): Promise<Answer> {
    const response = await askHost(flow, 'claim', request, { signal: AbortSignal.timeout(limits.call) })
    const body = await response.json()
    return response.ok ? { ok: true, claim: body } : { ok: false, error: { ...body, code: body.error } }
  }

  const deadline = Date.now() + limits.claim
  for (let failures = 0; Date.now() < deadline && !signal.aborted; failures++) {
    for (const ask of [claimByFetch, () => link.claim(request)]) {
      const answer = await ask().catch(() => null)
      if (answer?.ok) return answer.claim
      if (answer && !isPassing(answer.error)) throw errorFromHost(fail, answer.error)
    }
    link.sayHello('down')
    await backOff(failures)
  }
  throw fail('RelayUnreachable')
}

/** Whether the same claim may be answered otherwise in a moment. Without data it is no answer of the host's. */
function isPassing({ code, data }: HostError): boolean {
  return !data || /^(RateLimited|Unavailable|Internal)$/.test(code)
}
