import { Webhook } from 'standardwebhooks'
import type { AccountEvent } from '@bobbin/shared/account-events'
import type { DeliveryError } from '@bobbin/shared/webhook'
import { ConnectorError } from '../../../connectors/connector.ts'
import type { Outbound } from '../../edges/outbound/outbound.ts'
import { noHints, readHints, type AnswerHints } from './read-answer.ts'

/** What one attempt came to. */
export interface SendResult {
  /** null: no answer. */
  readonly statusCode: number | null
  readonly error: DeliveryError | null
  readonly duration: number
  readonly hints: AnswerHints
}

export interface Message {
  readonly url: string
  /** All of them sign; the newest first. */
  readonly secrets: readonly string[]
  readonly accountId: number
  readonly event: AccountEvent
  readonly isReplay: boolean
}

/** Of the answer's body, at most; it is read so that the connection can be used again, and dropped. */
const mostRead = 16_384

/** How long a receiver may take to answer, in milliseconds. */
export const ordinaryAnswerTime = 15_000

/** One attempt; cut short when the signal aborts. */
export type SendDelivery = (message: Message, signal: AbortSignal) => Promise<SendResult>

export interface SendParts {
  readonly outbound: Pick<Outbound, 'fetch'>
  readonly now: () => number
  readonly answerTime?: number
}

/**
 * Sends events, signed as Standard Webhooks says. Never rejects for what the receiver did. Redirects are
 * answers like any other, whose way is noted: where they lead nobody has checked.
 */
export function createSendDelivery({ answerTime = ordinaryAnswerTime, ...parts }: SendParts): SendDelivery {
  return (message, signal) =>
    sendDelivery(parts, message, AbortSignal.any([signal, AbortSignal.timeout(answerTime)]))
}

async function sendDelivery(
  { outbound, now }: Pick<SendParts, 'outbound' | 'now'>,
  { url, secrets, accountId, event, isReplay }: Message,
  signal: AbortSignal,
): Promise<SendResult> {
  const body = JSON.stringify({
    type: event.type,
    timestamp: new Date(event.at).toISOString(),
    data: event.data,
    id: event.id,
    seq: event.seq,
    account_id: accountId,
  })
  const sentAt = new Date(now())
  const signatures = secrets.map((secret) => new Webhook(secret).sign(event.id, sentAt, body))
  const startedAt = performance.now()
  const duration = () => Math.round(performance.now() - startedAt)
  try {
    const response = await outbound.fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Bobbin-Webhooks',
        'webhook-id': event.id,
        'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
        'webhook-signature': signatures.join(' '),
        ...(isReplay ? { 'bobbin-replayed': 'true' } : {}),
      },
    })
    const hints = readHints(response, url, now())
    const result = { statusCode: response.status, error: null, duration: duration(), hints }
    await drop(response)
    return result
  } catch (error) {
    return { statusCode: null, error: errorOf(error), duration: duration(), hints: noHints }
  }
}

/** The status has come, so whatever happens to the body changes nothing. */
async function drop({ body }: Response): Promise<void> {
  if (!body) return
  const reader = body.getReader()
  try {
    for (let read = 0; read < mostRead;) {
      const { done, value } = await reader.read()
      if (done) return
      read += value.byteLength
    }
    await reader.cancel()
  } catch {
    // Broken off by the receiver, or by the time limit.
  }
}

const codes: Readonly<Record<string, DeliveryError>> = {
  ECONNREFUSED: 'ConnectionRefused',
  ETIMEDOUT: 'ConnectionTimeout',
  UND_ERR_CONNECT_TIMEOUT: 'ConnectionTimeout',
  UND_ERR_HEADERS_TIMEOUT: 'ConnectionTimeout',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TlsUntrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'TlsUntrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TlsUntrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TlsUntrusted',
  CERT_HAS_EXPIRED: 'TlsUntrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TlsUntrusted',
}

/** What went wrong, as a code: the error's own words may hold anything. */
function errorOf(error: unknown): DeliveryError {
  if (error instanceof ConnectorError) {
    return error.code === 'AddressNotAllowed' ? 'AddressNotAllowed' : 'HostNotFound'
  }
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === 'TimeoutError') return 'ConnectionTimeout'
    const [first]: unknown[] = at instanceof AggregateError ? at.errors : [at]
    const code = first instanceof Error && 'code' in first ? codes[String(first.code)] : undefined
    if (code) return code
  }
  return 'ConnectionFailed'
}
