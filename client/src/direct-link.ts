import { CallOptions, connect, type Connection, type RemoteProxy } from 'penpal'
import { exactMessenger } from '@bobbin/shared/exact-messenger'
import {
  channelName,
  parseWindowMessage,
  protocolVersion,
  type CallReply,
  type ClaimRequest,
  type FlowEvent,
  type Hello,
  type PageMethods,
  type WizardMethods,
} from '@bobbin/shared/window-protocol'
import type { Flow } from './flow.ts'
import type { Limits } from './limits.ts'

type ClaimAnswer = Awaited<ReturnType<WizardMethods['claim']>>

/** The straight way between page and wizard: fast, and never the truth. */
export interface DirectLink {
  /** Greets the window until a wizard answers. `relay: 'down'` asks an unclaimed wizard to claim for us. */
  sayHello(relay?: Hello['relay']): void
  /** The document of the wizard that was linked is no longer there. */
  drop(): void
  /** Whether a document of the wizard is linked, was not seen leaving, and answers when it is greeted. */
  isLinked(): boolean
  /** Resolves when the next document of the wizard is linked. */
  met(): Promise<void>
  /** Lets the wizard claim the flow; null while none is linked. */
  claim(request: ClaimRequest): Promise<ClaimAnswer | null>
}

export interface DirectLinkOptions {
  readonly flow: Flow
  readonly limits: Limits
  /** Aborted when the flow has settled. */
  readonly signal: AbortSignal
  /** Whether the host tells us what becomes of the wizard. While it does not, we go on greeting. */
  readonly isHostHeard: () => boolean
  /** The wizard can do nothing: the browser blocks its cookies. Said at each hello. */
  readonly onBarred: () => void
  /** A document of the wizard spoke. */
  readonly onSign: (docId: string) => void
  readonly onEvent: (event: FlowEvent) => CallReply
}

/**
 * Meets the wizard: hello until it answers `ready`, then one connection per document of the wizard, on a
 * channel named after it. Where the host is not heard, hello follows hello for as long as there is a window:
 * nobody else would tell that a new document has come, or that the old one has died.
 */
export function openDirectLink(options: DirectLinkOptions): DirectLink {
  const { flow, limits, signal, isHostHeard, onBarred, onSign, onEvent } = options
  const { pageId } = flow
  let timer: ReturnType<typeof setTimeout> | undefined
  let relay: Hello['relay'] = 'up'
  let connection: Connection<WizardMethods> | undefined
  /** What the linked document offers; absent until it has answered. */
  let wizard: RemoteProxy<WizardMethods> | undefined
  /** The document and window that `connection` is for. */
  let met: readonly [docId?: string, window?: Window] = []
  /** Documents that another has taken the place of: what they said does not count any more. */
  const left = new Set<unknown>()
  let isPresent = false
  /** When the oldest hello without an answer was said; 0 when all were answered. */
  let askedAt = 0
  let onMet = () => {}

  function sayHello(state = relay): void {
    relay = state
    clearTimeout(timer)
    if (signal.aborted) return
    askedAt ||= Date.now()
    const hello: Hello = { bobbin: protocolVersion, flowId: flow.flowId, kind: 'hello', pageId, relay }
    flow.surface.target?.postMessage(hello, flow.host)
    if (!flow.surface.isClosed()) timer = setTimeout(sayHello, limits.hello)
  }

  function meet(docId: string, remote: Window): void {
    if (isHostHeard()) clearTimeout(timer)
    askedAt = 0
    isPresent = true
    // A document that was left and came back still answers on its old connection.
    if (met[0] === docId && met[1] === remote) return
    left.add(met[0])
    met = [docId, remote]
    connection?.destroy()
    wizard = undefined
    // No prototype, so that the wizard can call this and nothing else.
    const methods: PageMethods = Object.assign(Object.create(null), { event: onEvent })
    const opened = (connection = connect<WizardMethods>({
      messenger: exactMessenger(remote, flow.host),
      channel: channelName(docId, pageId),
      methods,
    }))
    opened.promise.then(
      (proxy) => {
        if (opened !== connection) return
        wizard = proxy
        onMet()
      },
      () => undefined, // the relay tells it all as well
    )
  }

  addEventListener(
    'message',
    ({ source, origin, data }) => {
      const window = flow.surface.target
      if (!window || source !== window || origin !== flow.host) return
      const message = parseWindowMessage(data, flow.flowId)
      if (message?.kind === 'barred') return onBarred()
      if (!message || message.kind === 'hello' || left.has(message.docId)) return
      onSign(message.docId)
      if (message.kind === 'here') sayHello()
      else if (message.pageId === pageId) meet(message.docId, window)
    },
    { signal },
  )
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    // The reply that acknowledges the outcome leaves first.
    setTimeout(() => connection?.destroy())
  })

  return {
    sayHello,
    drop() {
      isPresent = false
    },
    isLinked: () =>
      isPresent &&
      !!wizard &&
      met[1] === flow.surface.target &&
      !(askedAt && Date.now() - askedAt > limits.call),
    met: () => new Promise((resolve) => (onMet = resolve)),
    async claim(request) {
      const answer = await wizard?.claim(request, new CallOptions({ timeout: limits.call }))
      return isAnswer(answer) ? answer : null
    },
  }
}

function isAnswer(value: unknown): value is ClaimAnswer {
  return value instanceof Object && 'ok' in value
}
