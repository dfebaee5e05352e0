import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client, ConnectConfig, ParsedKey, ServerHostKeyAlgorithm } from 'ssh2'
import { untilAborted } from '@bobbin/shared/until-aborted'
import { ConnectorError, type HostAddress } from '../connector.ts'
import { DiallingSocket } from '../own-sockets/dialling-socket.ts'
import { loadDriver } from './driver.ts'
import {
  fingerprintOf,
  hostKeyAlgorithms,
  kindOf,
  type HostKeyKind,
  type KnownHostKeys,
} from './host-keys.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { connectionLost, translateSshError, type Stage } from './ssh-errors.ts'
import type { SshSettings } from './ssh-settings.ts'

interface LineOptions {
  readonly settings: SshSettings
  /** Those that may be dialled. */
  readonly addresses: readonly HostAddress[]
  readonly key: ParsedKey | null
  /** By which the server is known; null: by none, and nothing secret is sent. */
  readonly known: KnownHostKeys | null
  /** The kinds of host keys that are asked for. */
  readonly kinds: readonly HostKeyKind[]
  readonly signal: AbortSignal
  /** Called once the server has proven who it is. */
  readonly onTrusted: () => void
}

/** What is safe today. Without groups of the server's own making, which would cost minutes to compute with. */
const algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  // What is compressed may be a thousand times as long once it is not.
  compress: ['none'],
} as const

/**
 * A connection to an SSH server, from dialling to hanging up. The socket is ours, so that an abort, a timeout or silence
 * ends it in any state, and whatever goes wrong on it is told as a `ConnectorError`, by how far it had come.
 */
export class SshLine {
  /** The kind of the key that the server showed, if it is none by which it is known. */
  strangeKind: HostKeyKind | null = null
  #stage: Stage = 'dialling'
  #fault: ConnectorError | null = null
  #client: Client | null = null
  readonly #waiting = new Set<(fault: ConnectorError) => void>()
  readonly #options: LineOptions
  readonly #signIn: SignIn
  readonly #socket: DiallingSocket
  readonly #stop = () => this.#socket.destroy()

  constructor(options: LineOptions) {
    this.#options = options
    this.#signIn = createSignIn(options.settings, options.key)
    this.#socket = new DiallingSocket(options.addresses, options.settings.connectTimeout)
    // Small questions, each waited for: gathered by the system, each would wait for 40 ms more.
    this.#socket.setNoDelay(true)
    this.#socket.on('error', (error) => this.#fail(error))
    options.signal.addEventListener('abort', this.#stop)
  }

  /** Whether the server has proven to be one that is known. */
  get isTrusted(): boolean {
    return this.#stage === 'signing_in' || this.#stage === 'open'
  }

  /** What broke the connection; null while it stands. */
  get fault(): ConnectorError | null {
    return this.#fault
  }

  /** Dials, has the server prove who it is, and signs in. */
  async open(): Promise<void> {
    const { Client } = await loadDriver()
    const client = new Client()
    this.#client = client
    client.on('error', (error) => this.#fail(error))
    client.on('close', () => this.#fail(connectionLost(this.#circumstances)))
    client.on('change password', () => {
      const detail = 'The password has expired: the server wants a new one.'
      this.#fail(new ConnectorError('CredentialsRejected', { field: this.#fields.password, detail }))
    })
    const { connectTimeout, port } = this.#options.settings
    await this.#wait(async () => {
      this.#socket.connect(port)
      await once(this.#socket, 'connect')
      this.#stage = 'agreeing'
      const ready = once(client, 'ready')
      client.connect(this.#config())
      await ready
      // Who lets us in before it has shown who it is, and was asked, is nobody that we know.
      if (!this.isTrusted) throw new ConnectorError('ProtocolViolation', { field: this.#fields.port })
      this.#stage = 'open'
    }, connectTimeout)
  }

  /**
   * Waits for what the work on the driver's connection comes to. Throws `ConnectorError` where the connection breaks or
   * the server falls silent, the signal's reason once that aborts, and what the work throws.
   */
  run<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    const client = this.#client
    if (!client) throw new Error('The line is not open.')
    return this.#wait(() => work(client), this.#options.settings.longestSilence)
  }

  /** Never throws, and takes two seconds at most. */
  async close(): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#stop)
    if (!this.#socket.destroyed && this.#stage !== 'dialling') {
      const patience = new AbortController()
      const { signal } = patience
      this.#client?.end()
      const closed = once(this.#socket, 'close', { signal })
      await Promise.race([closed, delay(2_000, undefined, { signal })]).catch(() => {})
      patience.abort()
    }
    this.#socket.destroy()
  }

  async #wait<Result>(work: () => Promise<Result>, patience: number): Promise<Result> {
    const { signal } = this.#options
    signal.throwIfAborted()
    if (this.#fault) throw this.#fault
    const broken = Promise.withResolvers<never>()
    this.#waiting.add(broken.reject)
    const timer = setTimeout(() => this.#fail(this.#silence()), patience)
    try {
      return await untilAborted(Promise.race([broken.promise, work()]), signal)
    } catch (error) {
      signal.throwIfAborted()
      throw this.#fault ?? error
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(broken.reject)
    }
  }

  /** The first fault is what happened; the others come of it. */
  #fail(error: unknown): void {
    if (this.#fault) return
    this.#fault = translateSshError(error, this.#circumstances)
    this.#socket.destroy()
    for (const reject of this.#waiting) reject(this.#fault)
  }

  get #circumstances() {
    return { stage: this.#stage, fields: this.#fields, refusal: () => this.#signIn.refusal() }
  }

  get #fields() {
    return this.#options.settings.fields
  }

  #config(): ConnectConfig {
    const { kinds, settings } = this.#options
    return {
      sock: this.#socket,
      username: settings.user,
      // Named, so that the driver looks for no agent.
      agentForward: false,
      readyTimeout: 0,
      algorithms: {
        kex: [...algorithms.kex],
        cipher: [...algorithms.cipher],
        hmac: [...algorithms.hmac],
        compress: [...algorithms.compress],
        serverHostKey: kinds.flatMap((kind): ServerHostKeyAlgorithm[] => [...hostKeyAlgorithms[kind]]),
      },
      hostVerifier: (key: Buffer) => this.#verify(key),
      authHandler: (left, isPartial, next) => {
        if (this.#stage === 'agreeing') {
          this.#stage = 'signing_in'
          this.#options.onTrusted()
        }
        this.#signIn.handler(left, isPartial, next)
      },
    }
  }

  #verify(key: Buffer): boolean {
    const shown = fingerprintOf(key)
    const { known } = this.#options
    if (known?.fingerprints.has(shown)) return true
    this.strangeKind = kindOf(key)
    const named = `${shown} (${this.strangeKind ?? 'unknown'})`
    const detail = known
      ? `It shows another key than the one given: ${named}. Somebody may be in between, or its operator has changed it. Ask the operator before you enter it.`
      : `It shows the key ${named}. Compare it with what its operator says. If it is the same, enter it.`
    this.#fail(new ConnectorError('HostKeyUnverified', { field: this.#fields.hostKey, detail }))
    return false
  }

  #silence(): ConnectorError {
    if (this.#stage === 'dialling' || this.#stage === 'agreeing') {
      return new ConnectorError('ConnectionTimeout', { field: this.#fields.host })
    }
    const when = this.#stage === 'open' ? 'while reading' : 'during the sign-in'
    return new ConnectorError('ConnectionTimeout', { detail: `It fell silent ${when}.` })
  }
}
