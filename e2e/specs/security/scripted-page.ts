import { randomBytes } from 'node:crypto'
import type { ClaimRequest } from '@bobbin/shared/window-protocol'
import type { Stack } from '../../stack.ts'

/** What a script outside of any browser can do: it names any origin it likes, and keeps no window open. */

/** 128 random bits, as the client makes its ids and keys. */
export function randomId(): string {
  return randomBytes(16).toString('base64url')
}

export interface Answer {
  readonly status: number
  readonly text: string
  /** Where it leads, if it is a redirect. */
  readonly location: string | null
  /** The reply's JSON. */
  json(): Record<string, unknown>
}

/** Calls the host app as a page of this origin would. */
export async function ask(
  { hostApp }: Stack,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${hostApp.port}${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? null : JSON.stringify(body),
    redirect: 'manual',
  })
  const text = await response.text()
  return {
    status: response.status,
    text,
    location: response.headers.get('location'),
    json: () => JSON.parse(text) as Record<string, unknown>,
  }
}

/** Claims a flow with a token, in the name of the customer page. */
export function claim(
  stack: Stack,
  flowId: string,
  request: Pick<ClaimRequest, 'app_key'> & Partial<ClaimRequest>,
): Promise<Answer> {
  const body = { function: 'addSource', display: 'popup', ...request }
  return ask(stack, 'POST', `/flows/${flowId}/claim`, { body, headers: { origin: stack.origins.opener } })
}
