import {
  channelName,
  parseWindowMessage,
  protocolVersion,
  type CallReply,
  type ClaimRequest,
  type Hello,
  type WizardMethods,
} from '@bobbin/shared/window-protocol'
import { CallOptions, connect, type Connection, type RemoteProxy } from 'penpal'
import { exactMessenger } from './exact-messenger.ts'
import type { Flow } from './flow.ts'
import type { Limits } from './limits.ts'

/** The straight way between page and wizard: fast, and never the truth. */
export interface DirectLink {
  /** Greets the window until a wizard answers. `relay: 'down'` asks an unclaimed wizard to claim for us. */
  sayHello(relay?: Hello['relay']): void
  /** The document of the wizard that was linked is no longer there. */
  drop(): void
  /** Whether a document of the wizard is linked and was not seen leaving. */
  isLinked(): boolean
  /** Lets the wizard claim the flow; null while none is linked. */
  claim(request: ClaimRequest): Promise<Awaited<ReturnType<WizardMethods['claim']>> | null>
}

export interface DirectLinkOptions {
  readonly flow: Flow
  readonly limits: Limits
  /** Aborted when the flow has settled. */
  readonly signal: AbortSignal
  /** A document of the wizard spoke. */
  readonly onSign: (docId: string) => void
  readonly onEvent: (event: unknown) => CallReply
}

/**
 * Meets the wizard. The only file that knows penpal.
 *
 * One connection per document of the wizard, on a channel named after it: a new document's `ready`
 * destroys the old connection, which rejects the calls that still waited on it.
 */
export function openDirectLink(options: DirectLinkOptions): DirectLink {
  const { flow, limits, signal, onSign, onEvent } = options
  const pageId = crypto.getRandomValues(new Uint32Array(4)).join('-')
  let timer: ReturnType<typeof setTimeout> | undefined
  let relay: Hello['relay'] = 'up'
  let connection: Connection<WizardMethods> | undefined
  /** The document and window that `connection` is for. */
  let met: readonly [docId?: string, window?: Window] = []
  let remote: RemoteProxy<WizardMethods> | null = null
  /** Documents that another has taken the place of: what they said does not count any more. */
  const left = new Set<unknown>()
  let isPresent = false

  function sayHello(state = relay): void {
    relay = state
    clearTimeout(timer)
    if (signal.aborted) return
    const hello: Hello = { bobbin: protocolVersion, flowId: flow.flowId, kind: 'hello', pageId, relay }
    flow.window?.postMessage(hello, flow.host)
    if (!flow.window?.closed) timer = setTimeout(sayHello, limits.hello)
  }

  async function meet(docId: string, remoteWindow: Window): Promise<void> {
    clearTimeout(timer)
    isPresent = true
    // A document that was left and came back still answers on its old connection.
    if (met[0] === docId && met[1] === remoteWindow) return
    left.add(met[0])
    met = [docId, remoteWindow]
    remote = null
    connection?.destroy()
    const current = (connection = connect<WizardMethods>({
      messenger: exactMessenger(remoteWindow, flow.host),
      // No prototype: a peer can call nothing but this.
      methods: Object.assign(Object.create(null), { event: onEvent }),
      channel: channelName(docId, pageId),
      timeout: limits.call,
    }))
    try {
      const answered = await current.promise
      if (current === connection) remote = answered
    } catch {
      // No handshake in time: the relay does it alone.
    }
  }

  addEventListener(
    'message',
    ({ source, origin, data }) => {
      if (!source || source !== flow.window || origin !== flow.host) return
      const message = parseWindowMessage(data, flow.flowId)
      if (!message || message.kind === 'hello' || left.has(message.docId)) return
      onSign(message.docId)
      if (message.kind === 'here') sayHello()
      else if (message.pageId === pageId) void meet(message.docId, flow.window)
    },
    { signal },
  )
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    // The last event's reply is still on its way.
    setTimeout(() => connection?.destroy(), limits.call)
  })

  return {
    sayHello,
    drop() {
      isPresent = false
    },
    isLinked: () => isPresent && !!remote && met[1] === flow.window,
    claim: async (request) =>
      remote && (await remote.claim(request, new CallOptions({ timeout: limits.call }))),
  }
}
