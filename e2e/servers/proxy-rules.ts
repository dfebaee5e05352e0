import type { IncomingMessage, ServerResponse } from 'node:http'

/** Which requests a rule is for; what is absent matches all. */
export interface Match {
  /** Without the port. */
  readonly host?: string
  readonly method?: string
  /** The exact path without the query, or a pattern for it. */
  readonly path?: string | RegExp
  /** Only replies with this status; for `headers` only. */
  readonly status?: number
}

/** What a rule does to the requests it is for. */
export interface Effect {
  /** Sets headers of the reply, or takes them away (null). */
  readonly headers?: Readonly<Record<string, string | null>>
  /** Waits so many milliseconds before the request is passed on. */
  readonly delay?: number
  /** Nothing moves, neither new requests nor replies under way, until the rule is lifted. */
  readonly hold?: true
  /** Requests are passed on, but their replies are kept back until the rule is lifted, as a buffering proxy does. */
  readonly buffer?: true
  /** The connection is cut, also that of replies under way, until the rule is lifted. */
  readonly cut?: true
  /** Answers in the server's place. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void
}

export interface Rule {
  /** Ends the rule; what it held goes on. */
  lift(): void
}

/** A request as it was seen by the proxy, to assert what is and what is not in it. */
export interface RecordedRequest {
  /** Unix ms. */
  readonly at: number
  readonly host: string
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export interface RuleEntry {
  readonly match: Match
  readonly effect: Effect
  readonly lifted: Promise<void>
}

type Subject = Pick<RecordedRequest, 'host' | 'method' | 'url'>

/** Whether a request is one of those that a rule is for; its reply's status is looked at by `headersFor`. */
export function isFor(match: Match, { host, method, url }: Subject): boolean {
  const path = url.split('?')[0] ?? ''
  if (match.host !== undefined && match.host !== host) return false
  if (match.method !== undefined && match.method !== method) return false
  if (match.path === undefined) return true
  return typeof match.path === 'string' ? match.path === path : match.path.test(path)
}

/** A reply's raw headers (name, value, name, value, …) as the rules want them. */
export function headersFor(
  rules: Iterable<RuleEntry>,
  subject: Subject,
  status: number,
  raw: readonly string[],
): string[] {
  let headers = [...raw]
  for (const { match, effect } of rules) {
    if (!effect.headers || !isFor(match, subject)) continue
    if (match.status !== undefined && match.status !== status) continue
    for (const [name, value] of Object.entries(effect.headers)) {
      headers = headers.filter(
        (_, index) => headers[index - (index % 2)]?.toLowerCase() !== name.toLowerCase(),
      )
      if (value !== null) headers.push(name, value)
    }
  }
  return headers
}
