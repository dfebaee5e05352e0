import type { Bearer } from './bearer.ts'
import { backOff } from './delay.ts'
import type { HostError, HostErrorClass } from './host-error.ts'
import { readRetryAfter } from './retry-after.ts'
import { underSignals } from './under-signals.ts'

export interface Server {
  /** The host's address, without a slash at its end. */
  readonly host: string
  /** Undefined where nobody in particular calls. */
  readonly bearer?: Bearer | undefined
  /** What a refusal becomes. */
  readonly Failure: HostErrorClass
}

export type Signals = readonly (AbortSignal | undefined)[]

export interface Question<Body> {
  readonly path: string
  readonly signals: Signals
  /** What makes it more than a plain GET. */
  readonly init?: { readonly method: string; readonly headers?: object; readonly body?: string }
  /** Tries after the first one: none of what must not be done twice. */
  readonly retries?: number
  /** Whether that is what was asked for; a page of something else may come with status 200, too. */
  readonly isWanted: (body: Partial<Body>) => boolean
}

type Answer<Body> = { readonly body: Body } | Refusal

interface Refusal {
  readonly error: HostError
  /** Milliseconds after which another try may do better, at the least; null where none would. */
  readonly wait: number | null
}

/** Milliseconds; a host that wants more of a pause has its refusal told. Ours never does. */
const longestWait = 60_000
/** Milliseconds for an answer, all of it. */
const patience = 60_000

/**
 * Asks the host, and again for some times where it cannot answer now, where a proxy before it cannot, and where nothing
 * comes back. A token that is refused is replaced once.
 *
 * @throws what `Failure` makes; or the reason of the signal that is aborted
 */
export function askJson<Body>(
  { host, bearer, Failure }: Server,
  { path, signals, init, retries: mostRetries = 3, isWanted }: Question<Body>,
): Promise<Body> {
  return underSignals(signals, async (signal) => {
    let token = bearer?.token()
    let isRenewed = false
    for (let retries = 0; ;) {
      const answer = await askOnce(await token, signal)
      // Nobody hears of it any more.
      signal.throwIfAborted()
      if ('body' in answer) return answer.body
      const { error, wait } = answer
      const another = error.status === 401 && !isRenewed && token && bearer?.another(token)
      if (another) {
        isRenewed = true
        token = another
      } else if (wait === null || retries === mostRetries) throw error
      else await Promise.all([pause(wait, signal), backOff(retries++)])
    }
  })

  async function askOnce(token: string | undefined, signal: AbortSignal): Promise<Answer<Body>> {
    const heard = await underSignals([signal, AbortSignal.timeout(patience)], async (signal) => {
      const response = await fetch(host + path, {
        ...init,
        credentials: 'omit',
        cache: 'no-store',
        headers: { ...init?.headers, ...(token && { Authorization: `Bearer ${token}` }) },
        signal,
      })
      return { response, text: await response.text() }
    }).catch((cause: unknown) => ({ cause }))
    if ('cause' in heard) {
      const { cause } = heard
      return { error: new Failure('Unreachable', `${host} does not answer.`, { cause }), wait: 0 }
    }
    const { response, text } = heard
    const reply = parse(text)
    if (response.ok && isObject(reply) && isWanted(reply)) return { body: reply as Body }
    return { error: errorOf(response, reply), wait: waitOf(response) }
  }

  /** The host's envelope as an error, or that it was none. */
  function errorOf({ status, ok, headers }: Response, reply: unknown): HostError {
    const { error, message, data, request_id: id } = (isObject(reply) ? reply : {}) as Record<string, unknown>
    const requestId = typeof id === 'string' ? id : headers.get('X-Request-Id')
    if (!ok && typeof error === 'string')
      return new Failure(error, String(message), {
        status,
        requestId,
        ...(isObject(data) ? { data: data as Record<string, unknown> } : {}),
      })
    const text = `${host} answered ${status}, and not as a Bobbin host does.`
    return new Failure('UnexpectedReply', text, { status, requestId })
  }
}

/** A wait that may be long: when its signal is aborted no timer of it keeps a process up. */
const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => clearTimeout(timer))
  })

function waitOf({ status, headers }: Response): number | null {
  if (![429, 502, 503, 504].includes(status)) return null
  const wait = readRetryAfter(headers.get('Retry-After')) ?? 0
  return wait > longestWait ? null : wait
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
