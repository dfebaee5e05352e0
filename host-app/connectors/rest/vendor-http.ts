import { setTimeout as delay } from 'node:timers/promises'
import type { StreamAccess } from '@bobbin/shared/catalog'
import { readRetryAfter } from '@bobbin/shared/retry-after'
import { z } from 'zod'
import { ConnectorError, type ConnectorContext } from '../connector.ts'
import { failureOf, type FailureRules } from './failure-rules.ts'
import { readBody } from './read-body.ts'

/** A vendor's API, and how it wants to be asked. */
export interface VendorApi extends FailureRules {
  /** `https://acme.api.test`: paths are below it. */
  readonly origin: string
  /** Who asks, and whatever else each request has to say (a version, a user agent). Sent to this origin alone. */
  readonly headers: Readonly<Record<string, string>>
  /** Requests begun in a second at most. */
  readonly perSecond?: number | undefined
  /** Bytes of one answer at most; 16 MB by default. */
  readonly largest?: number
  /** Milliseconds that one answer may take; 30,000 by default. */
  readonly patience?: number | undefined
}

/** An answer: what was asked for, and the headers that say where the next page is. */
interface VendorAnswer<Value> {
  readonly value: Value
  readonly headers: Headers
}

/** The vendor knows who asks, and does not let them. */
interface VendorRefusal {
  readonly refused: StreamAccess
  readonly error: ConnectorError
}

export interface VendorHttp {
  /**
   * GET, with the answer read as JSON and held to its form. `path` may be an address of the same origin, as links to the
   * next page are. Throws `ConnectorError`, or the signal's reason once it aborted.
   */
  get<Reply extends z.ZodType>(path: string, reply: Reply): Promise<VendorAnswer<z.output<Reply>>>
  /** The same, where to be refused by permission is an answer, too. */
  tryGet<Reply extends z.ZodType>(
    path: string,
    reply: Reply,
  ): Promise<VendorAnswer<z.output<Reply>> | VendorRefusal>
  /** A question that an address cannot hold, asked by POST in JSON: like GET, it may be asked again. */
  post<Reply extends z.ZodType>(
    path: string,
    question: object,
    reply: Reply,
  ): Promise<VendorAnswer<z.output<Reply>>>
}

/** Waits that are asked for are heeded up to this long each, and so often. */
const longestWait = 30_000
const mostTries = 4
/** Of an answer that is a failure no more is looked at. */
const largestFailure = 64 * 1024

/** How a connector asks its vendor: failures translated once, answers bounded, waits heeded. Redirects are not followed. */
export function vendorHttp(
  { fetch, signal, report }: Pick<ConnectorContext, 'fetch' | 'signal' | 'report'>,
  { origin, headers, perSecond, largest = 16 * 1024 ** 2, patience = 30_000, ...rules }: VendorApi,
): VendorHttp {
  let nextTurn = 0

  function addressOf(path: string): string {
    const url = URL.parse(path, origin)
    // A link in an answer must not take the key to somebody else.
    if (url?.origin !== new URL(origin).origin) {
      throw new ConnectorError('VendorUnavailable', { detail: 'The service led to another host.' })
    }
    return url.href
  }

  async function takeTurn(): Promise<void> {
    if (perSecond === undefined) return
    const now = Date.now()
    const turn = Math.max(now, nextTurn)
    nextTurn = turn + 1_000 / perSecond
    if (turn > now) await delay(turn - now, undefined, { signal })
  }

  async function ask(address: string, question: object | null): Promise<Response> {
    const inJson = question && { method: 'POST', body: JSON.stringify(question) }
    for (let tries = 1; ; tries += 1) {
      await takeTurn()
      const response = await fetch(address, {
        ...inJson,
        headers: {
          accept: 'application/json',
          ...(inJson && { 'content-type': 'application/json' }),
          ...headers,
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
        redirect: 'manual',
      })
      const isBusy = response.status === 429 || response.status === 503
      const wait = isBusy ? readRetryAfter(response.headers.get('retry-after'), Date.now()) : null
      if (wait === null || wait > longestWait || tries === mostTries) return response
      await response.body?.cancel()
      report.log(`The service asks to wait ${Math.ceil(wait / 1_000)} s.`)
      await delay(wait, undefined, { signal })
    }
  }

  async function tryAsk<Reply extends z.ZodType>(
    path: string,
    question: object | null,
    reply: Reply,
  ): Promise<VendorAnswer<z.output<Reply>> | VendorRefusal> {
    signal.throwIfAborted()
    const address = addressOf(path)
    try {
      const response = await ask(address, question)
      const { status, ok } = response
      const body = ok ? JSON.parse(await readBody(response, largest)) : await bodyOfFailure(response)
      const failure = failureOf(status, body, rules)
      if (!failure) return { value: reply.parse(body), headers: response.headers }
      const { code, field, detail, access = { reason: 'not_permitted' as const } } = failure
      const error = new ConnectorError(code, { detail, ...(field !== undefined && { field }) })
      if (code === 'PermissionDenied') return { refused: access, error }
      throw error
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ConnectorError) throw error
      throw new ConnectorError('VendorUnavailable', { detail: inWords(error), cause: error })
    }
  }

  return {
    tryGet: (path, reply) => tryAsk(path, null, reply),
    get: async (path, reply) => allowed(await tryAsk(path, null, reply)),
    post: async (path, question, reply) => allowed(await tryAsk(path, question, reply)),
  }

  /** What can be read of it; its status says enough where that is nothing. */
  async function bodyOfFailure(response: Response): Promise<unknown> {
    if (!rules.errors) return response.body?.cancel()
    try {
      return JSON.parse(await readBody(response, largestFailure))
    } catch {
      signal.throwIfAborted()
      return undefined
    }
  }
}

function allowed<Value>(answer: VendorAnswer<Value> | VendorRefusal): VendorAnswer<Value> {
  if ('refused' in answer) throw answer.error
  return answer
}

function inWords(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) {
    return 'The service answered with something else than expected.'
  }
  const isTimeout = error instanceof Error && error.name === 'TimeoutError'
  return isTimeout ? 'The service did not answer in time.' : 'The service could not be reached.'
}
