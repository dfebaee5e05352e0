import { CallOptions, connect, PenpalError, type Connection, type RemoteProxy } from 'penpal'
import type { FlowState } from '@bobbin/shared/flow'
import { exactMessenger } from '@bobbin/shared/exact-messenger'
import { timings } from '@bobbin/shared/timings'
import { pageErrors, type PageErrorCode } from '@bobbin/shared/page-errors'
import {
  channelName,
  isTerminal,
  parseWindowMessage,
  protocolVersion,
  type Barred,
  type ClaimReply,
  type ClaimRequest,
  type FlowEvent,
  type Here,
  type PageMethods,
  type Ready,
  type WizardMethods,
} from '@bobbin/shared/window-protocol'
import type { CallResult } from './api-client.ts'

/**
 * The direct link to the page that opened this window.
 *
 * What must hold:
 * 1. A claimed flow answers a listed origin only, and tells the server which origin it met. One that is
 *    not listed gets no answer; the server ends the flow.
 * 2. An unclaimed flow answers only a page that cannot reach the server, so that it may claim through us;
 *    the server checks the origin that we saw.
 * 3. Nothing waits for the page and nothing depends on it: the server's relay is the truth.
 */
export interface OpenerLink {
  /** Passes on what the relay tells the page. Harmless when it came there before. */
  forward(event: FlowEvent): void
  /** The flow's state became known, or changed. */
  update(flow: FlowState): void
  stop(): void
}

interface Needs {
  readonly flowId: string
  /** Names this document; see `channelName`. */
  readonly docId: string
  /** Null until the flow is claimed. */
  flow(): FlowState | null
  /** The browser blocks our cookies: whoever greets is told that, and nothing else. */
  isBarred(): boolean
  /** What the relay told the page before this link was there. */
  readonly told: readonly FlowEvent[]
  /** Tells the server which origin was met. False when it did not hear. */
  reportProof(origin: string): Promise<boolean>
  claim(request: ClaimRequest, origin: string): Promise<CallResult<ClaimReply>>
  /** The page has the outcome. */
  acknowledged(): void
  close(): void
}

interface Met {
  readonly pageId: string
  readonly origin: string
  readonly connection: Connection<PageMethods>
  page: RemoteProxy<PageMethods> | null
}

export function openOpenerLink(needs: Needs): OpenerLink {
  const { flowId, docId } = needs
  const stopped = new AbortController()
  const reported = new Set<string>()
  /** All that the page was told; a page that connects late hears it again. */
  const events = [...needs.told]
  let met: Met | null = null
  let isAnnounced = false

  function receive({ data, origin, source }: MessageEvent): void {
    // While the opener is known nobody else speaks for it; after a trip to a provider it no longer is.
    if (!isWindow(source) || (window.opener && source !== window.opener)) return
    const hello = parseWindowMessage(data, flowId)
    if (hello?.kind !== 'hello') return
    if (needs.isBarred()) {
      const barred: Barred = { bobbin: protocolVersion, flowId, kind: 'barred' }
      if (isWebOrigin(origin)) source.postMessage(barred, origin)
      return
    }
    const flow = needs.flow()
    if (flow) {
      void prove(origin)
      if (!flow.allowed_origins.includes(origin)) return
    } else if (hello.relay === 'up' || !isWebOrigin(origin)) return
    meet(hello.pageId, origin, source)
    const ready: Ready = { bobbin: protocolVersion, flowId, kind: 'ready', docId, pageId: hello.pageId }
    source.postMessage(ready, origin)
  }

  function meet(pageId: string, origin: string, source: Window): void {
    if (met?.pageId === pageId && met.origin === origin) return
    met?.connection.destroy()
    const connection = connect<PageMethods>({
      messenger: exactMessenger(source, origin),
      channel: channelName(docId, pageId),
      methods: methods(origin),
    })
    const meeting: Met = { pageId, origin, connection, page: null }
    met = meeting
    connection.promise.then(
      (page) => {
        meeting.page = page
        for (const event of events) void tell(meeting, event)
      },
      () => undefined,
    )
  }

  /** No prototype, so that the page can call these and nothing else. */
  function methods(origin: string): WizardMethods {
    const offered: WizardMethods = {
      close() {
        // The reply leaves first.
        setTimeout(needs.close)
        return { ok: true }
      },
      async claim(request) {
        const result = await needs.claim(request, origin)
        if (result.ok) return { ok: true, claim: result.value }
        const { code, message, data } = result.error
        return { ok: false, error: { code: isPageCode(code) ? code : 'Internal', message, data } }
      },
    }
    return Object.assign(Object.create(null), offered)
  }

  /** Tells the server once which origin was met; again only if it did not hear. */
  async function prove(origin: string): Promise<void> {
    const flow = needs.flow()
    if (reported.has(origin) || !flow || flow.status !== 'open') return
    if (flow.consent === 'proven' && flow.allowed_origins.includes(origin)) return
    reported.add(origin)
    if (!(await needs.reportProof(origin))) reported.delete(origin)
  }

  async function tell(meeting: Met, event: FlowEvent): Promise<void> {
    const timeout = needs.flow()?.timings.call ?? timings.call
    try {
      const reply = await meeting.page?.event(event, new CallOptions({ timeout }))
      if (reply?.ok && isTerminal(event)) needs.acknowledged()
    } catch (error) {
      if (meeting !== met || stopped.signal.aborted) return
      // The page has ended its side: it may greet anew.
      if (error instanceof PenpalError && error.code === 'CONNECTION_DESTROYED') met = null
      // The relay tells it as well; but where that does not get through, the page has the outcome from us alone.
      else if (isTerminal(event)) setTimeout(() => void tell(meeting, event), timeout)
    }
  }

  /** Lets a page that knows us find this document even while its relay is down. */
  function announce({ origin }: FlowState): void {
    if (isAnnounced || !isWindow(window.opener) || !isWebOrigin(origin)) return
    isAnnounced = true
    const here: Here = { bobbin: protocolVersion, flowId, kind: 'here', docId }
    window.opener.postMessage(here, origin)
  }

  function update(flow: FlowState): void {
    announce(flow)
    // A page that claimed through us said its hello before there was anything to prove.
    if (met) void prove(met.origin)
  }

  addEventListener('message', receive, { signal: stopped.signal })
  const flow = needs.flow()
  if (flow) announce(flow)

  return {
    forward(event) {
      events.push(event)
      if (met) void tell(met, event)
    },
    update,
    stop() {
      stopped.abort()
      met?.connection.destroy()
    },
  }
}

/** A window of any origin: `instanceof` does not reach across origins, `closed` does. */
function isWindow(value: unknown): value is Window {
  return typeof value === 'object' && value !== null && 'closed' in value
}

/** An origin that a message can be addressed to; a sandboxed page has none. */
function isWebOrigin(origin: string): boolean {
  return /^https?:/.test(origin)
}

function isPageCode(code: string): code is PageErrorCode {
  return Object.hasOwn(pageErrors, code)
}
