import { readRetryAfter } from '@bobbin/shared/retry-after'
import { ConnectorError } from '../../../connectors/connector.ts'

const longestReply = 256 * 1024

/** The body as text, or null when it is longer than any reply of a provider can be. */
export async function readCapped(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > longestReply) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Names why there was no reply, without the error's text, which may hold the URL or parts of a body. */
export function causeOf(error: unknown): string {
  if (error instanceof ConnectorError) return error.code
  if (!(error instanceof Error)) return 'unknown'
  const { cause } = error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return error.name
}

/** What a provider answered to one request; `text` is null where that is longer than any reply can be. */
export interface ProviderReply {
  readonly kind: 'reply'
  readonly response: Response
  readonly text: string | null
  readonly retryAfter: number | null
}

/** No answer, or one that says nothing of what was asked (5xx, 429). `cause` is for the log. */
export interface Unreachable {
  readonly kind: 'unreachable'
  readonly cause: string
  /** How long the provider asked us to wait, in milliseconds. */
  readonly retryAfter: number | null
}

export interface AskParts {
  readonly fetch: typeof fetch
  /** For the whole request, in milliseconds. */
  readonly timeout: number
  readonly now: () => number
}

/** Sends a request whose headers or body hold secrets. Rejects as `fetch` does. */
export async function askProvider(
  { fetch, timeout, now }: AskParts,
  url: string,
  message: Pick<RequestInit, 'method' | 'headers' | 'body'>,
): Promise<ProviderReply | Unreachable> {
  // Followed, a redirect would carry the secrets to wherever it points.
  const response = await fetch(url, { ...message, redirect: 'manual', signal: AbortSignal.timeout(timeout) })
  const text = await readCapped(response)
  const { status, headers } = response
  const retryAfter = readRetryAfter(headers.get('retry-after'), now())
  if (status >= 500 || status === 429) return { kind: 'unreachable', cause: `status ${status}`, retryAfter }
  return { kind: 'reply', response, text, retryAfter }
}
