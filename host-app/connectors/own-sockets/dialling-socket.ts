import { Socket } from 'node:net'
import type { HostAddress } from '../connector.ts'

/**
 * A socket that dials these addresses in turn until one answers, and no others, whatever it is asked to dial: they
 * are the ones that were checked. Each has an equal share of the time.
 */
export class DiallingSocket extends Socket {
  readonly #addresses: readonly HostAddress[]
  readonly #timeout: number

  constructor(addresses: readonly HostAddress[], timeout: number) {
    super()
    this.#addresses = addresses
    this.#timeout = timeout
  }

  // @ts-expect-error The driver calls it by port and host, and by nothing else.
  override connect(port: number): this {
    const [first] = this.#addresses
    if (this.#addresses.length === 1 && first) return super.connect({ port, host: first.address })
    return super.connect({
      port,
      // A name, so that Node asks for addresses; nothing but these comes back.
      host: 'checked.invalid',
      lookup: (_host, _options, callback) => callback(null, [...this.#addresses]),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: Math.max(10, Math.floor(this.#timeout / this.#addresses.length)),
    })
  }
}

/** What became of the dialling: of several failures the one that tells the most. */
export function tellingError(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error
  const of = (code: string) =>
    error.errors.find((one: unknown) => one instanceof Error && 'code' in one && one.code === code)
  return of('ECONNREFUSED') ?? of('ETIMEDOUT') ?? error.errors[0] ?? error
}
