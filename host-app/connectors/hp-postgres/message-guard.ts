import { ConnectorError } from '../connector.ts'
import { MalformedMessage, requireWellFormed, UnknownSignIn } from './message-rules.ts'

/** Bytes of all that answers one query. A hundred tables of a thousand columns need twenty megabytes. */
const mostAnswerBytes = 32 * 1024 * 1024
/** Messages of it: the same tables need a hundred thousand. */
const mostAnswerMessages = 250_000

const headerLength = 5
const none = Buffer.alloc(0)

/**
 * Stands between the socket and the driver. What the server says reaches the driver in whole messages
 * that have the form they must have, because the driver believes what it reads: it would throw where
 * nobody catches, loop for ever or wait for gigabytes.
 */
export class MessageGuard {
  #parts: Buffer[] = []
  #length = 0
  /** Bytes that the message under way needs in all; of its header, until that is there. */
  #wanted = headerLength
  #answered = { bytes: 0, messages: 0 }
  #hasSpoken = false

  /** Whether anything well-formed has come. */
  get hasSpoken(): boolean {
    return this.#hasSpoken
  }

  /** Takes what came and returns the messages that are whole now. Throws `ConnectorError`. */
  take(chunk: Buffer): Buffer {
    this.#parts.push(chunk)
    this.#length += chunk.length
    if (this.#length < this.#wanted) return none
    const bytes = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts)
    let at = 0
    this.#wanted = headerLength
    while (bytes.length - at >= headerLength) {
      const end = this.#endOfMessage(bytes, at)
      if (end > bytes.length) {
        this.#wanted = end - at
        break
      }
      this.#look(bytes, at, end)
      at = end
    }
    const rest = bytes.subarray(at)
    this.#parts = rest.length > 0 ? [rest] : []
    this.#length = rest.length
    return bytes.subarray(0, at)
  }

  #endOfMessage(bytes: Buffer, at: number): number {
    const kind = kindAt(bytes, at)
    // Only these can be a server's first word, whether it lets us in or not.
    if (!this.#hasSpoken && !'REN'.includes(kind)) throw notPostgres()
    const length = bytes.readUInt32BE(at + 1)
    if (length < 4) throw violation()
    const { bytes: answered, messages } = this.#answered
    if (answered + length > mostAnswerBytes || messages >= mostAnswerMessages)
      throw new ConnectorError('AnswerTooLarge', { field: 'host' })
    return at + 1 + length
  }

  #look(bytes: Buffer, at: number, end: number): void {
    const kind = kindAt(bytes, at)
    try {
      requireWellFormed(kind, bytes.subarray(at + headerLength, end))
    } catch (error) {
      if (error instanceof MalformedMessage) throw violation()
      if (error instanceof UnknownSignIn) {
        throw new ConnectorError('AuthenticationNotSupported', { field: 'user' })
      }
      throw error
    }
    this.#hasSpoken = true
    // The end of an answer.
    const { bytes: answered, messages } = this.#answered
    this.#answered =
      kind === 'Z' ? { bytes: 0, messages: 0 } : { bytes: answered + end - at, messages: messages + 1 }
  }
}

const kindAt = (bytes: Buffer, at: number) => String.fromCharCode(bytes.readUInt8(at))

export function violation(cause?: unknown): ConnectorError {
  return new ConnectorError('ProtocolViolation', { field: 'host', cause })
}

function notPostgres(): ConnectorError {
  return new ConnectorError('ConnectionRefused', {
    field: 'port',
    detail: 'What answers at this port is not PostgreSQL.',
  })
}
