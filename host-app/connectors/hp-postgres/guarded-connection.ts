import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { Connection } from 'pg'
import { ConnectorError } from '../connector.ts'
import { MessageGuard, violation } from './message-guard.ts'
import { converted } from './unconverted-text.ts'
import { startScram, type Scram } from './scram.ts'

/** What the driver's type declarations leave out. */
interface Driver extends Connection {
  readonly stream: Duplex
  attachListeners(stream: EventEmitter): void
  password(text: string): void
  sendSASLInitialResponseMessage(mechanism: string, response: string): void
  sendSCRAMClientFinalMessage(response: string): void
}
const DriverConnection = Connection as unknown as new (options: object) => Driver

/** The driver's connection, behind a guard. What it does not let through ends the connection, as a `ConnectorError`. */
export class GuardedConnection extends DriverConnection {
  /** PostgreSQL's name for the encoding of the database; it tells at the sign-in. */
  serverEncoding = ''
  /** Reads texts that the server was told not to convert. */
  decode: ((bytes: Buffer) => string) | null = null
  /** Said in confidence beside the password: what answers a challenge. */
  readonly answers: string[] = []
  readonly #guard = new MessageGuard()
  readonly #askPassword: () => string
  #scram: Scram | null = null
  #isProven = false

  /** `askPassword` is called once the server wants to know. */
  constructor(options: object, askPassword: () => string) {
    super(options)
    this.#askPassword = askPassword
  }

  /** Whether what answers has said a word of PostgreSQL's. */
  get hasSpoken(): boolean {
    return this.#guard.hasSpoken
  }

  override attachListeners(stream: Duplex): void {
    const guarded = new EventEmitter()
    super.attachListeners(guarded)
    stream.on('data', (chunk: Buffer) => {
      this.#guardedly(() => {
        const messages = this.#guard.take(chunk)
        if (messages.length === 0) return
        guarded.emit('data', this.decode ? converted(messages, this.decode) : messages)
      })
    })
  }

  override password(text: string): void {
    this.answers.push(text)
    super.password(text)
  }

  /** SCRAM is ours, see `scram.ts`; the driver hears the rest. */
  override emit(event: string | symbol, ...values: unknown[]): boolean {
    if (event === 'authenticationSASL' || event === 'authenticationSASLContinue') {
      void this.#answer(event, values[0])
      return true
    }
    if (event === 'authenticationSASLFinal') {
      this.#guardedly(() => {
        if (!this.#scram) throw violation()
        this.#scram.verify(textOf(values[0]))
        this.#isProven = true
      })
      return true
    }
    // Let in before it has proven that it knows the password, too.
    if (event === 'authenticationOk' && this.#scram && !this.#isProven) {
      this.#end(violation())
      return true
    }
    if (event === 'parameterStatus') this.#note(values[0])
    return super.emit(event, ...values)
  }

  #note(parameter: unknown): void {
    if (typeof parameter !== 'object' || parameter === null) return
    if (!('parameterName' in parameter) || !('parameterValue' in parameter)) return
    const { parameterName: name, parameterValue: value } = parameter
    if (name === 'server_encoding' && typeof value === 'string') this.serverEncoding = value
  }

  async #answer(event: string, message: unknown): Promise<void> {
    try {
      if (event === 'authenticationSASL') {
        this.#scram = startScram(mechanismsOf(message), this.#askPassword())
        this.answers.push(this.#scram.first)
        return this.sendSASLInitialResponseMessage('SCRAM-SHA-256', this.#scram.first)
      }
      if (!this.#scram) throw violation()
      const response = await this.#scram.answer(textOf(message))
      this.answers.push(response, ...response.split(',p='))
      this.sendSCRAMClientFinalMessage(response)
    } catch (error) {
      this.#end(error)
    }
  }

  #guardedly(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#end(error)
    }
  }

  /** What the driver itself throws was a message in the wrong place. */
  #end(error: unknown): void {
    this.stream.destroy(error instanceof ConnectorError ? error : violation(error))
  }
}

function mechanismsOf(message: unknown): string[] {
  const isOne = typeof message === 'object' && message !== null && 'mechanisms' in message
  return isOne && Array.isArray(message.mechanisms) ? message.mechanisms.map(String) : []
}

function textOf(message: unknown): string {
  const isOne = typeof message === 'object' && message !== null && 'data' in message
  return isOne && typeof message.data === 'string' ? message.data : ''
}
