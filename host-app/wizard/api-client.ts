import type { z } from 'zod'
import type { ErrorCode } from '@bobbin/shared/errors'
import type { RefusalData, wizardApi } from '@bobbin/shared/wizard-api'
import { wizardRoutes, type WizardRouteName } from '@bobbin/shared/wizard-routes'

type Table = typeof wizardApi
type Calls = Exclude<WizardRouteName, 'openPresence'>
export type BodyOf<Name extends Calls> = Table[Name] extends { body: infer Body extends z.ZodType }
  ? z.input<Body>
  : undefined
type ReplyOf<Name extends Calls> = Table[Name] extends { reply: infer Reply extends z.ZodType }
  ? z.output<Reply>
  : never

/** A refused call as the server tells it; `Unreachable` when no answer came in time. */
export interface CallError {
  readonly code: ErrorCode | 'Unreachable'
  readonly message: string
  readonly data: RefusalData
  /** By which the server's log has it; null where nothing answered. */
  readonly requestId?: string | null
}

export type CallResult<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: CallError }

/** Calls of the wizard's own API. Never rejects. */
export interface Api {
  call<Name extends Calls>(name: Name, body: BodyOf<Name>): Promise<CallResult<ReplyOf<Name>>>
  /** Reads with a query, such as one stream. */
  read<Name extends Calls>(name: Name, query: Record<string, string>): Promise<CallResult<ReplyOf<Name>>>
}

/** Milliseconds after which a call counts as lost. */
const patience = 20_000

export function createApi(flowId: string): Api {
  async function send<Name extends Calls>(
    name: Name,
    suffix: string,
    body: unknown,
  ): Promise<CallResult<ReplyOf<Name>>> {
    try {
      const { method } = wizardRoutes[name]
      const response = await fetch(routeUrl(flowId, name) + suffix, {
        method,
        signal: AbortSignal.timeout(patience),
        ...(method === 'POST' && {
          body: JSON.stringify(body),
          headers: { 'Content-Type': 'application/json' },
        }),
      })
      const reply = await response.json()
      if (response.ok) return { ok: true, value: reply }
      return {
        ok: false,
        error: {
          code: reply.error ?? 'Internal',
          message: reply.message ?? '',
          data: reply.data ?? {},
          requestId: reply.request_id,
        },
      }
    } catch {
      return { ok: false, error: { code: 'Unreachable', message: '', data: {} } }
    }
  }
  return {
    call: (name, body) => send(name, '', body),
    read: (name, query) => send(name, `?${new URLSearchParams(query)}`, undefined),
  }
}

/** The address of a route of this flow. */
export function routeUrl(flowId: string, name: WizardRouteName): string {
  return `/connect/${flowId}/${wizardRoutes[name].path}`
}

/** Where the link to the provider leads: a route of ours that needs the state's one-time value. */
export function authorizeUrl(flowId: string, ticket: string | null, doc: string): string {
  return `/connect/${flowId}/authorize?ticket=${ticket ?? ''}&doc=${doc}`
}
