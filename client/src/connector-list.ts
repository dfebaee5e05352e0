import { askJson, type Server, type Signals } from './ask-json.ts'
import { listParameters, queryOf } from './directory-query.ts'
import type {
  ConnectorList,
  ConnectorPage,
  ConnectorPageBody,
  DirectoryConnector,
  ListConnectorsOptions,
} from './directory-types.ts'
import { underSignals } from './under-signals.ts'

/** The list that these options describe. Nothing is asked before somebody waits for it. */
export function connectorList(directory: Server, options: ListConnectorsOptions): ConnectorList {
  const { signal: given } = options
  const start = options.offset ?? 0
  let first: Promise<ConnectorPage> | undefined

  async function readPage(offset: number, signals: Signals = [given]): Promise<ConnectorPage> {
    const body = await askJson<ConnectorPageBody>(directory, {
      path: `/connector${queryOf({ ...options, offset }, listParameters)}`,
      signals,
      // From a cache that does not look at the query the first page would come for ever.
      isWanted: (page) => Array.isArray(page.items) && (page.offset ?? offset) === Number(offset),
    })
    const hasNextPage = () => body.has_next_page && body.items.length > 0
    return {
      ...body,
      hasNextPage,
      getNextPage: async () => {
        if (!hasNextPage()) throw new RangeError('There is no next page: hasNextPage() says so.')
        return readPage(after(offset, body))
      },
    }
  }

  /** All connectors, once each; while one page is read the next is fetched. */
  async function* walk(stop: AbortSignal): AsyncGenerator<DirectoryConnector, void, undefined> {
    const signals = [given, stop]
    const seen = new Set<string>()
    let offset = start
    // A first page that somebody else waits for goes on when this walk stops.
    const shared = first
    let coming: Promise<ConnectorPage> | undefined = shared
      ? underSignals([stop], () => shared)
      : readPage(offset, signals)
    while (coming) {
      const page: ConnectorPage = await coming
      offset = after(offset, page)
      coming = page.hasNextPage() ? readPage(offset, signals) : undefined
      // It is told when its turn comes.
      coming?.catch(() => {})
      for (const connector of page.items) {
        given?.throwIfAborted()
        // One that was added before it has moved it to the next page.
        if (seen.has(connector.name)) continue
        seen.add(connector.name)
        yield connector
      }
    }
  }

  const firstPage = () => (first ??= readPage(start))
  return {
    then: (fulfilled, rejected) => firstPage().then(fulfilled, rejected),
    catch: (rejected) => firstPage().catch(rejected),
    finally: (ended) => firstPage().finally(ended),
    [Symbol.toStringTag]: 'ConnectorList',
    [Symbol.asyncIterator]: () => stoppable(walk),
  }
}

/** Where the page behind this one begins. */
const after = (offset: number, { items }: Pick<ConnectorPageBody, 'items'>) => Number(offset) + items.length

/**
 * An iterator whose `return` and `throw` stop at once what is on its way. A generator alone would hear of them only where
 * it yields.
 */
function stoppable<Value>(
  walk: (stop: AbortSignal) => AsyncGenerator<Value, void, undefined>,
): AsyncIterableIterator<Value> {
  const stop = new AbortController()
  const steps = walk(stop.signal)
  return {
    async next() {
      try {
        return await steps.next()
      } catch (error) {
        if (stop.signal.aborted) return { done: true, value: undefined }
        throw error
      }
    },
    return: () => {
      stop.abort()
      return steps.return()
    },
    throw: (error) => {
      stop.abort()
      return steps.throw(error)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
