import { setTimeout as delay } from 'node:timers/promises'
import { readRetryAfter } from '@bobbin/shared/retry-after'
import { z } from 'zod'
import { ConnectorError, type ConnectorContext } from '../connector.ts'
import { readBody } from './read-body.ts'
import { ruleOf, type StatusRules } from './status-rules.ts'

/** A vendor's API, and how it wants to be asked. */
export interface VendorApi {
  /** `https://acme.api.test`: paths are below it. */
  readonly origin: string
  /** Who asks, and whatever else each request has to say (a version, a user agent). Sent to this origin alone. */
  readonly headers: Readonly<Record<string, string>>
  /** The setting that signs in; null where that is the grant. */
  readonly keyField: string | null
  /** Statuses that say something else than usual. */
  readonly statuses?: StatusRules
  /** Bytes of one answer at most; 16 MB by default. */
  readonly largest?: number
  /** Milliseconds that one answer may take; 30,000 by default. */
  readonly patience?: number
}

/** An answer: what was asked for, and the headers that say where the next page is. */
interface VendorAnswer<Value> {
  readonly value: Value
  readonly headers: Headers
}

export interface VendorHttp {
  /**
   * GET, with the answer read as JSON and held to its form. `path` may be an address of the same origin, as links to the
   * next page are. Throws `ConnectorError`, or the signal's reason once it aborted.
   */
  get<Reply extends z.ZodType>(path: string, reply: Reply): Promise<VendorAnswer<z.output<Reply>>>
}

/** Waits that are asked for are heeded up to this long each, and so often. */
const longestWait = 30_000
const mostTries = 4

/** How a connector asks its vendor: failures translated once, answers bounded, waits heeded. Redirects are not followed. */
export function vendorHttp(
  { fetch, signal, report }: Pick<ConnectorContext, 'fetch' | 'signal' | 'report'>,
  { origin, headers, keyField, statuses = {}, largest = 16 * 1024 ** 2, patience = 30_000 }: VendorApi,
): VendorHttp {
  function addressOf(path: string): string {
    const url = URL.parse(path, origin)
    // A link in an answer must not take the key to somebody else.
    if (url?.origin !== new URL(origin).origin) {
      throw new ConnectorError('VendorUnavailable', { detail: 'The service led to another host.' })
    }
    return url.href
  }

  async function ask(address: string): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(address, {
        headers: { accept: 'application/json', ...headers },
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

  return {
    async get(path, reply) {
      signal.throwIfAborted()
      const address = addressOf(path)
      try {
        const response = await ask(address)
        const { status } = response
        if (!response.ok) {
          await response.body?.cancel()
          const { code, field } = ruleOf(status, statuses, keyField)
          const detail = `The service answered with status ${status}.`
          throw new ConnectorError(code, { detail, ...(field !== undefined && { field }) })
        }
        const value = reply.parse(JSON.parse(await readBody(response, largest)))
        return { value, headers: response.headers }
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof ConnectorError) throw error
        throw new ConnectorError('VendorUnavailable', { detail: inWords(error), cause: error })
      }
    },
  }
}

function inWords(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) {
    return 'The service answered with something else than expected.'
  }
  const isTimeout = error instanceof Error && error.name === 'TimeoutError'
  return isTimeout ? 'The service did not answer in time.' : 'The service could not be reached.'
}
