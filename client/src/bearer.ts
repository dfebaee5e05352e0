import type { HostErrorClass } from './host-error.ts'
import { underSignals } from './under-signals.ts'

/** A token or key; or a function that gets one, which is asked when there is none yet, or the host refused the last. */
export type GivenToken = string | (() => string | Promise<string>)

/** Who calls. */
export interface Bearer {
  readonly token: () => Promise<string>
  /** Another than the one that was refused; undefined where there is no other. */
  readonly another: (refused: Promise<string>) => Promise<string> | undefined
}

/** Milliseconds that a token function may take. */
const patience = 60_000

/** @throws TypeError for what is no token. */
export function createBearer(given: GivenToken, Failure: HostErrorClass): Bearer {
  if (typeof given !== 'function') {
    const token = Promise.resolve(readToken(given))
    return { token: () => token, another: () => undefined }
  }
  let current: Promise<string> | undefined

  function ask(get: () => unknown): Promise<string> {
    // One that never answers would have everybody wait.
    const asked = underSignals([AbortSignal.timeout(patience)], async () => readToken(await get())).catch(
      (cause) => {
        // Whoever calls next asks anew.
        if (current === asked) current = undefined
        throw new Failure('TokenUnavailable', 'The token function failed.', { cause })
      },
    )
    return (current = asked)
  }

  return {
    token: () => current ?? ask(given),
    // Told apart as promises: of several calls that were refused together the first asks, for all of them.
    another: (refused) => (current === undefined || current === refused ? ask(given) : current),
  }
}

/** Never a word of it in a message: it is a secret. */
function readToken(given: unknown): string {
  const token = typeof given === 'string' ? given.trim() : ''
  if (!token) throw new TypeError('token: a text is needed, the key or token of a Bobbin host')
  // What no header takes; fetch would repeat all of it in its own message.
  if (/[^\t -~\u0080-\u00ff]/.test(token)) throw new TypeError('token: has signs that no header takes')
  return token
}
