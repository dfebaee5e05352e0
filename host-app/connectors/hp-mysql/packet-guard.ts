import { ConnectorError } from '../connector.ts'
import { requireKnownSignIn, type SignInRules } from './sign-in-rules.ts'
import {
  isEnd,
  MalformedPacket,
  requireColumn,
  requireEnd,
  requireError,
  requireGreeting,
  requireOk,
  requireRow,
} from './packet-rules.ts'

/** Bytes of all that answers one query: two hundred tables of a thousand columns need twenty megabytes. */
const mostAnswerBytes = 32 * 1024 * 1024
/** Packets of it, a row each. */
const mostAnswerPackets = 250_000
/** Bytes of one of them: names and a few facts. */
const mostRowBytes = 1024 * 1024
/** Bytes of a packet, and how many there may be, before the user is let in. */
const mostSignInBytes = 16_384
const mostSignInPackets = 32
/** We ask for a few. */
const mostColumns = 32

const headerLength = 4
const none = Buffer.alloc(0)

type Place =
  'greeting' | 'unsecured' | 'signing_in' | 'idle' | 'header' | 'columns' | 'end_of_columns' | 'rows'

/**
 * Stands between the socket and the driver. What the server says reaches the driver in whole packets that have the form
 * which their place asks for: anything else would have it throw, send a file, or wait for gigabytes.
 */
export class PacketGuard {
  #place: Place = 'greeting'
  #parts: Buffer[] = []
  #length = 0
  /** Bytes that the packet under way needs in all; of its header, until that is there. */
  #wanted = headerLength
  #answered = { bytes: 0, packets: 0 }
  #columns = { count: 0, seen: 0 }
  #sequence = 0
  #isAskedForPostgres = false
  readonly #rules: SignInRules

  constructor(rules: SignInRules) {
    this.#rules = rules
  }

  /** Whether what answers has said a word of MySQL's. */
  get hasSpoken(): boolean {
    return this.#place !== 'greeting'
  }

  /** TLS stands. What came before it may be anybody's. */
  beginSigningIn(): void {
    if (this.#length > 0) throw violation()
    this.#place = 'signing_in'
  }

  /** A query goes out: what comes now answers it. */
  expectAnswer(): void {
    this.#place = 'header'
    this.#answered = { bytes: 0, packets: 0 }
    this.#sequence = 0
  }

  /** What is silent is asked whether it is PostgreSQL, where the client has the first word. */
  expectPostgres(): void {
    this.#isAskedForPostgres = true
  }

  /** Takes what came and returns the packets that are whole now. Throws `ConnectorError`. */
  take(chunk: Buffer): Buffer {
    if (this.#isAskedForPostgres) throw answerToPostgres(chunk)
    this.#parts.push(chunk)
    this.#length += chunk.length
    if (this.#length < this.#wanted) return none
    const bytes = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts)
    let at = 0
    this.#wanted = headerLength
    while (bytes.length - at >= headerLength) {
      const end = at + headerLength + this.#lengthAt(bytes, at)
      if (end > bytes.length) {
        this.#wanted = end - at
        break
      }
      this.#look(bytes.subarray(at + headerLength, end), bytes.readUInt8(at + 3))
      at = end
    }
    const rest = bytes.subarray(at)
    this.#parts = rest.length > 0 ? [rest] : []
    this.#length = rest.length
    return bytes.subarray(0, at)
  }

  #lengthAt(bytes: Buffer, at: number): number {
    const length = bytes.readUIntLE(at, 3)
    if (this.#place === 'greeting') {
      const isFirst = bytes.readUInt8(at + 3) === 0
      if (!isFirst || length === 0 || length > mostSignInBytes) throw notMysql()
      return length
    }
    if (length === 0) throw violation()
    const { bytes: answered, packets } = this.#answered
    const isSigningIn = this.#place === 'signing_in'
    const most = isSigningIn ? mostSignInBytes : Math.min(mostRowBytes, mostAnswerBytes - answered)
    if (length > most || packets >= (isSigningIn ? mostSignInPackets : mostAnswerPackets)) {
      throw new ConnectorError('AnswerTooLarge', { field: 'host' })
    }
    return length
  }

  #look(body: Buffer, sequence: number): void {
    try {
      const isAnswer =
        this.#place !== 'greeting' && this.#place !== 'unsecured' && this.#place !== 'signing_in'
      this.#sequence = (this.#sequence + 1) % 256
      if (isAnswer && this.#place !== 'idle' && sequence !== this.#sequence) throw new MalformedPacket()
      this.#place = this.#after(body)
    } catch (error) {
      throw error instanceof MalformedPacket ? violation(error) : error
    }
    this.#answered.bytes += body.length + headerLength
    this.#answered.packets += 1
  }

  /** Where the packet leads to. */
  #after(body: Buffer): Place {
    const mark = body[0] ?? 0
    const isError = mark === 0xff
    if (isError) requireError(body)
    switch (this.#place) {
      case 'greeting':
        if (isError) return 'signing_in'
        if (mark !== 10) throw notMysql()
        requireGreeting(body)
        return this.#rules.isEncrypted ? 'unsecured' : 'signing_in'
      case 'unsecured':
        throw new MalformedPacket()
      case 'signing_in':
        if (isError) return 'signing_in'
        if (mark === 0x00) return 'idle'
        requireKnownSignIn(body, this.#rules)
        return 'signing_in'
      case 'idle':
        // A server that shuts down, or has waited too long, says so without being asked.
        if (isError) throw new ConnectorError('ConnectionLost')
        throw new MalformedPacket()
      case 'header':
        return this.#afterHeader(body)
      case 'columns':
        requireColumn(body)
        this.#columns.seen += 1
        return this.#columns.seen === this.#columns.count ? 'end_of_columns' : 'columns'
      case 'end_of_columns':
        requireEnd(body)
        return 'rows'
      case 'rows':
        if (isError) return 'idle'
        if (isEnd(body)) {
          requireEnd(body)
          return 'idle'
        }
        requireRow(body, this.#columns.count)
        return 'rows'
    }
  }

  #afterHeader(body: Buffer): Place {
    const mark = body[0] ?? 0
    if (mark === 0xff) return 'idle'
    if (mark === 0xfb) throw askedForFile()
    if (mark === 0x00) {
      requireOk(body)
      return 'idle'
    }
    if (body.length !== 1 || mark > mostColumns) throw new MalformedPacket()
    this.#columns = { count: mark, seen: 0 }
    return 'columns'
  }
}

export function violation(cause?: unknown): ConnectorError {
  return new ConnectorError('ProtocolViolation', { field: 'host', cause })
}

/** LOAD DATA LOCAL: a server may answer any query with the name of a file that it would like to have. */
function askedForFile(): ConnectorError {
  const detail = 'The server asked for a file of ours, which it was not given.'
  return new ConnectorError('ProtocolViolation', { field: 'host', detail })
}

/** PostgreSQL says by one letter whether it knows TLS, or that it is in trouble. MySQL may be late, and greets. */
function answerToPostgres(chunk: Buffer): ConnectorError {
  if (chunk[3] === 0 && chunk[4] === 10) return new ConnectorError('ConnectionTimeout', { field: 'host' })
  return notMysql(/^(?:[SN]|E\0\0[^]*)$/.test(chunk.toString('latin1')))
}

function notMysql(isPostgres = false): ConnectorError {
  const detail = isPostgres
    ? 'What answers at this port is PostgreSQL.'
    : 'What answers at this port is neither MySQL nor MariaDB.'
  return new ConnectorError('ConnectionRefused', { field: 'port', detail })
}
