import { askJson, type Question } from '../ask-json.ts'
import { createBearer, type Bearer } from '../bearer.ts'
import { underSignals } from '../under-signals.ts'
import { CatalogError } from './catalog-error.ts'
import type { Catalog } from './catalog-types.ts'
import type { Emitter } from './emitter.ts'

/** Who is logged in, and what is asked on their behalf. */
export interface Session extends Pick<Catalog, 'login' | 'logout' | 'isLoggedIn'> {
  /** Asks as whoever is logged in; rejects where nobody is. */
  ask<Body>(question: CatalogQuestion<Body>): Promise<Body>
  /** The same, where nobody needs to be: at another path then. */
  askAnyhow<Body>(question: CatalogQuestion<Body>, anonymousPath: string): Promise<Body>
  /** Asks as nobody in particular. */
  askAnonymously<Body>(question: CatalogQuestion<Body>): Promise<Body>
  /** Work that also ends with a logout. It begins at once, in the caller's own tick. */
  within<Value>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value>
}

interface CatalogQuestion<Body> extends Omit<Question<Body>, 'signals'> {
  readonly signal?: AbortSignal | undefined
}

interface Login {
  readonly bearer: Bearer
  /** Aborted by logout. One who logs in anew goes on: what a page does each time that it is drawn ends nothing. */
  readonly over: AbortController
  isGood: boolean
}

export function createSession(host: string, emit: Emitter['emit']): Session {
  const server = { host: `${host}/api/platform_user`, Failure: CatalogError }
  let current: Login | undefined

  function mark(login: Login | undefined, isGood: boolean): void {
    if (!login || login !== current || login.isGood === isGood) return
    login.isGood = isGood
    emit('config:update', { isLoggedIn: isGood })
  }

  async function askAs<Body>(
    login: Login | undefined,
    { signal, ...question }: CatalogQuestion<Body>,
  ): Promise<Body> {
    try {
      const signals = [signal, login?.over.signal]
      const body = await askJson({ ...server, bearer: login?.bearer }, { ...question, signals })
      mark(login, true)
      return body
    } catch (error) {
      if (!(error instanceof CatalogError)) throw error
      const { code, status, data, requestId } = error
      if (status === 401 || code === 'TokenUnavailable') mark(login, false)
      if (status !== 401) throw error
      const facts = { status, data, requestId, cause: error }
      throw login
        ? new CatalogError('SessionEnded', 'The session has ended: the host takes the token no more.', facts)
        : notLoggedIn(facts)
    }
  }

  function required(): Login {
    if (!current) throw notLoggedIn()
    return current
  }

  return {
    async login(token, tokenCallback) {
      const bearer = createBearer(tokenOf(token, tokenCallback), CatalogError)
      const before = current
      const login = { bearer, over: before?.over ?? new AbortController(), isGood: before?.isGood ?? false }
      current = login
      try {
        await askAs(login, { path: '/session', isWanted: () => true })
      } catch (error) {
        mark(login, false)
        if (current === login) current = undefined
        throw error
      }
    },
    async logout() {
      const login = current
      current = undefined
      login?.over.abort(new CatalogError('LoggedOut', 'The user has logged out.'))
      if (login?.isGood) emit('config:update', { isLoggedIn: false })
    },
    isLoggedIn: () => !!current?.isGood,
    ask: async (question) => askAs(required(), question),
    askAnyhow: (question, path) => askAs(current, current ? question : { ...question, path }),
    askAnonymously: (question) => askAs(undefined, question),
    within: async (signal, work) => underSignals([signal, required().over.signal], work),
  }
}

const notLoggedIn = (facts: ConstructorParameters<typeof CatalogError>[2] = {}) =>
  new CatalogError('NotLoggedIn', 'Nobody is logged in: call login first.', facts)

type Given = Parameters<Catalog['login']>

/** A token and what gets another one, as one function. */
function tokenOf(token: Given[0], callback: Given[1]): Given[0] {
  if (!callback || typeof token === 'function') return token
  let first: string | undefined = token
  return () => {
    const given = first
    first = undefined
    return given ?? callback()
  }
}
