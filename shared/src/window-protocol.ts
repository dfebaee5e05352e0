import type { FlowFunction } from './flow-function.ts'
import type { PageErrorCode } from './page-errors.ts'
import type { WizardStep } from './steps.ts'

/**
 * What the customer page and the wizard say to each other. Both sides import this file; neither
 * restates it.
 *
 * What must hold:
 * 1. The server's record is the truth. Everything here is a shortcut that may be lost.
 * 2. Every message names its exact target origin; nothing secret is in a hello or a ready.
 * 3. Source, origin, shape, flow and document are all checked before a message counts.
 *
 * How they meet: the page posts `hello` until the wizard answers `ready`; then both make one penpal
 * connection on `channelName`. A wizard that knows the page's origin also posts `here` on its own. A page that
 * does not hear the relay goes on with `hello`: so it finds each new document, and knows that one still lives.
 * Each document tells all that the relay ever told, from the first event on.
 */
export const protocolVersion = 1

interface WindowMessage {
  readonly bobbin: typeof protocolVersion
  readonly flowId: string
}

/** Page to wizard. `relay: 'down'` asks an unclaimed wizard to answer, so that it can do the claim. */
export interface Hello extends WindowMessage {
  readonly kind: 'hello'
  /** Random, one per document of the page. */
  readonly pageId: string
  readonly relay: 'up' | 'down'
}

/** Wizard to page: the answer to a hello, from this document. */
export interface Ready extends WindowMessage {
  readonly kind: 'ready'
  /** Random, one per document of the wizard. */
  readonly docId: string
  /** The hello that this answers. */
  readonly pageId: string
}

/** Wizard to page, unasked: a document of the wizard is there. */
export interface Here extends WindowMessage {
  readonly kind: 'here'
  readonly docId: string
}

/**
 * Wizard to page, whoever that is, as the answer to a hello: the browser keeps no cookies for this document, so that nothing
 * can go on in it.
 */
export interface Barred extends WindowMessage {
  readonly kind: 'barred'
}

/** The penpal channel of one page document and one wizard document. Not a secret. */
export function channelName(docId: string, pageId: string): string {
  return `bobbin:${docId}:${pageId}`
}

/** Parses a window message of any origin; null for everything that is not ours and for this flow. */
export function parseWindowMessage(data: unknown, flowId: string): Hello | Ready | Here | Barred | null {
  if (typeof data !== 'object' || data === null) return null
  const message = data as Record<string, unknown>
  if (message['bobbin'] !== protocolVersion || message['flowId'] !== flowId) return null
  const isText = (key: string) => typeof message[key] === 'string' && message[key].length <= 64
  if (message['kind'] === 'hello') {
    const isRelay = message['relay'] === 'up' || message['relay'] === 'down'
    return isText('pageId') && isRelay ? (data as Hello) : null
  }
  if (message['kind'] === 'ready') return isText('pageId') && isText('docId') ? (data as Ready) : null
  if (message['kind'] === 'here') return isText('docId') ? (data as Here) : null
  if (message['kind'] === 'barred') return data as Barred
  return null
}

/** A source as the page's promise resolves with it. */
export interface SourceResult {
  id: number
  type: string
  display_name: string
  /** The report card's `current_step_type` when the flow ended. */
  step: WizardStep | 'fully_configured'
  check: { name: string; status: 'running' | 'succeeded' | 'failed' } | null
  /** Sorted `tap_stream_id`s, at most 1,000 of them. */
  selected_streams: string[]
  selected_streams_count: number
  /** Names in `default_streams` that matched nothing or held a value of no meaning. */
  ignored_default_streams: string[]
}

/** An error as it crosses a window or a wire: data, never an exception, never a stack. */
export interface ErrorValue {
  code: PageErrorCode
  message: string
  data: Record<string, unknown>
}

/** What the relay tells the page, by type. The last three end the flow. */
export interface FlowEventData {
  claimed: Record<string, never>
  here: { doc: string }
  step: { step: WizardStep; source_id: number | null }
  hidden: { doc: string }
  away: { provider: string }
  /** `error` (AuthorizeFailure) when the provider did not grant; a close without a later success is that error. */
  back: { error: ErrorValue | null }
  gone: { reason: CloseReason; certainty: CloseCertainty }
  completed: SourceResult
  cancelled: { reason: 'cancelled' | 'closed' | 'aborted'; error: ErrorValue | null; discarded: boolean }
  failed: ErrorValue
}

/**
 * An event of the relay. `seq` counts from 1 within a flow; the same event may come by the relay and by the direct
 * link, and counts once.
 */
export type FlowEvent = {
  [type in keyof FlowEventData]: { seq: number; at: number; type: type; data: FlowEventData[type] }
}[keyof FlowEventData]
export type FlowEventType = FlowEvent['type']

/** Whether it ends the flow: nothing comes after it. */
export function isTerminal({ type }: { readonly type: string }): boolean {
  return type === 'completed' || type === 'cancelled' || type === 'failed'
}

/** Why a window is believed to have gone. */
export type CloseReason = 'closed' | 'cancelled' | 'crashed' | 'abandoned'
/** `assumed`: the browser hides whether the window is still open. */
export type CloseCertainty = 'confirmed' | 'assumed'

/** The claim, as the page sends it to the server, or hands it to the wizard when the server cannot be reached. */
export interface ClaimRequest {
  ephemeral_token?: string
  /** 128 random bits, base64url: reads the relay and cancels. */
  app_key: string
  function: FlowFunction
  type?: string
  id?: number
  discovery_job_name?: string
  default_streams?: Record<string, boolean | Record<string, boolean>>
  display: 'popup'
  locale?: string
}

export type CallReply = { ok: true } | { ok: false; error: ErrorValue }

/** What the wizard offers the page over penpal. */
export type WizardMethods = {
  close(): CallReply
  /** Claims the flow for a page whose fetches cannot reach the host. Replies as the claim itself would. */
  claim(request: ClaimRequest): Promise<{ ok: true; claim: ClaimReply } | { ok: false; error: ErrorValue }>
}

/** What the page offers the wizard over penpal. `event` is idempotent by `seq`; its reply acknowledges. */
export type PageMethods = {
  event(event: FlowEvent): CallReply
}

/** The server's answer to a claim. */
export interface ClaimReply {
  flow_id: string
  timings: Record<string, number>
  /** Unix ms at which the session ends. */
  session_expires_at: number
}
