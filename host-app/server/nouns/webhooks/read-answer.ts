import { readRetryAfter } from '@bobbin/shared/retry-after'

/** What a receiver's refusal says beside its status. */
export interface AnswerHints {
  /** Where a redirect leads, as an absolute address without credentials; null where it is none. */
  readonly redirectedTo: string | null
  /** Milliseconds to wait, in whole seconds; null where nothing is asked for. */
  readonly retryAfter: number | null
}

export const noHints: AnswerHints = { redirectedTo: null, retryAfter: null }

/** Longer addresses are cut: they are noted for people to read. */
const mostNoted = 2_048

/** `url` is where the answer came from, `now` when. */
export function readHints({ status, headers }: Response, url: string, now: number): AnswerHints {
  if (status >= 200 && status < 300) return noHints
  return {
    redirectedTo: status >= 300 && status < 400 ? targetOf(headers.get('location'), url) : null,
    retryAfter: readRetryAfter(headers.get('retry-after'), now),
  }
}

function targetOf(location: string | null, url: string): string | null {
  const target = location === null ? null : URL.parse(location, url)
  if (!target) return null
  target.username = target.password = ''
  return target.href.slice(0, mostNoted)
}
