import { faultWords, hasSessionEnded, isSignedOut } from './fault-words.ts'
import {
  catalogEvents,
  connectionsOf,
  type GivenToken,
  type ShownCatalog,
  type ShownConnection,
  type ShownConnector,
} from './shown-catalog.ts'
import type { Words } from './words.ts'

export type Phase = 'loading' | 'shown' | 'signed-out' | 'failed'

/** Who shows it, and passes on what happens. */
export interface SessionListener {
  words(): Words
  /** The list has come, or could not: null leaves what is shown. */
  onPhase(phase: Phase): void
  /** A connector is another now, or something of it is open or went wrong. */
  onConnector(slug: string): void
  /** Says it to those who hear the page. */
  say(text: string): void
  emit(type: string, detail: object): void
}

/** One catalog as it is shown: what there is, which windows are open, and what went wrong. */
export interface Session {
  readonly connectors: readonly ShownConnector[]
  find(slug: string): ShownConnector | undefined
  /** What the person has been told about a failure there, until the next try. */
  faultOf(slug: string): string | undefined
  isBusy(key: string): boolean
  /** `again`: with a new login, for one that has failed. */
  load(again?: boolean): Promise<void>
  refresh(slug: string): Promise<void>
  /** To be called in a click, all three. A second call while the window is open brings it to the front. */
  connect(connector: ShownConnector): void
  repair(connector: ShownConnector, connection: ShownConnection): void
  remove(connector: ShownConnector, connection: ShownConnection): void
  stop(): void
}

export const addKey = ({ slug }: ShownConnector) => `add ${slug}`
export const repairKey = ({ id }: ShownConnection) => `repair ${id}`
export const removeKey = ({ id }: ShownConnection) => `remove ${id}`

/** Milliseconds until a connection that is being checked is asked about again, and how much longer each time. */
const firstPoll = 3_000
const longestPoll = 30_000

export function createSession(
  catalog: ShownCatalog,
  token: GivenToken | null,
  { words, onPhase, onConnector, say, emit }: SessionListener,
): Session {
  const connectors: ShownConnector[] = []
  const places = new Map<string, number>()
  const busy = new Set<string>()
  const faults = new Map<string, string>()
  const polls = new Map<string, ReturnType<typeof setTimeout>>()
  /** Count what was asked for, so that a late reply does not undo a newer one. */
  const asked = new Map<string, number>()
  let loads = 0
  let loaded = 0
  let changes = 0
  let isStopped = false
  let login: Promise<unknown> | null = null

  async function load(again = false): Promise<void> {
    const mine = ++loads
    if (again) login = null
    const before = changes
    const isCurrent = () => mine === loads && !isStopped
    try {
      if (token !== null) await (login ??= Promise.resolve(catalog.login(token)))
      const list = await catalog.listConnectors()
      if (!isCurrent()) return
      // Something changed while the list was on its way: it may tell of before.
      if (changes !== before) return await load()
      connectors.splice(0, Infinity, ...list)
      places.clear()
      list.forEach(({ slug }, index) => places.set(slug, index))
      onPhase('shown')
      for (const connector of list) poll(connector)
    } catch (error) {
      if (!isCurrent()) return
      const isOut = isSignedOut(error)
      // What is shown already says more than that a new list could not be fetched.
      if (isOut || connectors.length === 0) onPhase(isOut ? 'signed-out' : 'failed')
      emit('bobbin-error', { error, action: 'list' })
    } finally {
      loaded = Math.max(loaded, mine)
    }
  }

  const isLoading = () => loaded < loads

  async function refresh(slug: string): Promise<void> {
    const mine = (asked.get(slug) ?? 0) + 1
    asked.set(slug, mine)
    changes += 1
    const connector = await catalog.getConnector(slug).catch(() => null)
    if (isStopped || !connector || asked.get(slug) !== mine) return
    const place = places.get(slug)
    if (place === undefined) return await load()
    connectors[place] = connector
    onConnector(slug)
    poll(connector)
  }

  /** Asks again about what is being checked, while it is, and the page is looked at. */
  function poll(connector: ShownConnector, pause = firstPoll): void {
    const { slug } = connector
    clearTimeout(polls.get(slug))
    polls.delete(slug)
    const isChecking = connectionsOf(connector).some(
      ({ authorization }) => authorization?.status === 'retrieving_tokens',
    )
    if (!isChecking || isStopped) return
    const ask = async () => {
      if (!document.hidden) await refresh(slug)
      const now = find(slug)
      if (now) poll(now, Math.min(pause * 1.5, longestPoll))
    }
    polls.set(
      slug,
      setTimeout(() => void ask(), pause),
    )
  }

  const find = (slug: string) => connectors[places.get(slug) ?? -1]

  /** `call` goes first: a browser opens windows for clicks alone. */
  function act(
    key: string,
    { slug }: ShownConnector,
    call: () => Promise<unknown>,
    done: (result: unknown) => void,
  ): void {
    let promise: Promise<unknown>
    try {
      promise = Promise.resolve(call())
    } catch (error) {
      promise = Promise.reject(error)
    }
    if (busy.has(key)) {
      // The first one tells what becomes of it.
      promise.catch(() => {})
      return
    }
    busy.add(key)
    faults.delete(slug)
    onConnector(slug)
    const failed = (error: unknown) => {
      const told = faultWords(error, words())
      faults.set(slug, told)
      say(told)
      emit('bobbin-error', { error, action: key.split(' ')[0] })
      if (hasSessionEnded(error) && !isStopped) onPhase('signed-out')
    }
    void settle()

    async function settle(): Promise<void> {
      try {
        done(await promise)
      } catch (error) {
        failed(error)
      }
      busy.delete(key)
      if (isStopped) return
      onConnector(slug)
      await refresh(slug)
    }
  }

  function connected(connector: ShownConnector) {
    return (connection: unknown) => {
      say(words().nowConnected(connector.name))
      emit('bobbin-connected', { connection, slug: connector.slug })
    }
  }

  const onEvent = (about?: unknown) => {
    const slug = slugIn(about)
    if (slug !== undefined && places.has(slug)) void refresh(slug)
    // What its own login says is no news.
    else if (!isLoading()) void load()
  }
  for (const type of catalogEvents) catalog.on(type, onEvent)

  return {
    connectors,
    find,
    faultOf: (slug) => faults.get(slug),
    isBusy: (key) => busy.has(key),
    load,
    refresh,
    connect: (connector) =>
      act(addKey(connector), connector, () => catalog.connect(connector.slug), connected(connector)),
    repair: (connector, connection) =>
      act(repairKey(connection), connector, () => catalog.reconnect(connection), connected(connector)),
    remove: (connector, connection) =>
      act(
        removeKey(connection),
        connector,
        () => catalog.removeConnection({ id: connection.id }),
        () => {
          say(words().nowRemoved(connection.display_name || connector.name))
          emit('bobbin-removed', { connection, slug: connector.slug })
        },
      ),
    stop() {
      isStopped = true
      for (const timer of polls.values()) clearTimeout(timer)
      for (const type of catalogEvents) catalog.off(type, onEvent)
    },
  }
}

/** Of a connection or a connector, as the catalog's events bring them. */
function slugIn(about: unknown): string | undefined {
  const { slug, connector } = (about ?? {}) as { slug?: unknown; connector?: { slug?: unknown } }
  const found = connector?.slug ?? slug
  return typeof found === 'string' ? found : undefined
}
