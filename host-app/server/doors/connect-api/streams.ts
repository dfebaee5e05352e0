import type { Streams } from '../../nouns/streams/streams.ts'
import type { Sources } from '../../nouns/sources/sources.ts'
import { z } from 'zod'
import { etagOf, requireMatch, sendEtag } from '../../http/etag.ts'
import { JsonStream } from '../../http/json-stream.ts'
import type { ConnectApi } from './connect-api.ts'
import type { Transaction } from '../../store/database.ts'
import { pageReply, readSliceQuery, wantsPage } from '../../http/paging.ts'

/** Pages of streams are ordered by id. */
const streamPosition = z.tuple([z.number().int().positive()])

/** The ETag of each reply here is the version of the source's selection: any of them guards an update. */
export function serveStreams(
  door: ConnectApi,
  { sources, streams }: { sources: Pick<Sources, 'get'>; streams: Streams },
): void {
  door.serve('listStreams', async ({ accountId, params: { id }, query, reply }) => {
    sendEtag(reply, await etagFor(accountId, id))
    if (!wantsPage(query)) return new JsonStream('[', streams.listSummaries(accountId, id), ']')
    const slice = readSliceQuery(query, streamPosition)
    const { q, selected } = query
    const filter = { q, selected: selected === undefined ? undefined : selected === 'true' }
    const found = await streams.sliceSummaries(accountId, id, filter, slice)
    return pageReply(`/v4/sources/${id}/streams`, query, found, found.rows)
  })

  door.serve('getStream', async ({ accountId, params, reply }) => {
    sendEtag(reply, await etagFor(accountId, params.id))
    return streams.schemaOf(accountId, params.id, params.stream_id)
  })

  door.write('updateMetadata', async (call, tx) => {
    const { accountId, body, request, reply } = call
    const { id } = call.params
    requireMatch(request, await etagFor(accountId, id, tx))
    await streams.updateMetadata(tx, accountId, id, body)
    sendEtag(reply, await etagFor(accountId, id, tx))
    return { status: 200 as const }
  })

  door.write('selectMatching', async (call, tx) => {
    const { accountId, body, request, reply } = call
    const { id } = call.params
    requireMatch(request, await etagFor(accountId, id, tx))
    await streams.selectMatching(tx, accountId, id, body.matching)
    sendEtag(reply, await etagFor(accountId, id, tx))
    return { selected: (await streams.selection(accountId, id, tx)).count }
  })

  door.serve('getCatalog', async ({ accountId, params: { id }, reply }) => {
    sendEtag(reply, await etagFor(accountId, id))
    return new JsonStream('{"streams":[', streams.catalog(accountId, id), ']}')
  })

  /** Read before the streams are: who reads while they change gets an ETag that is refused, never a wrong one. */
  async function etagFor(accountId: number, id: number, tx?: Transaction): Promise<string> {
    await sources.get(accountId, id, tx)
    return etagOf(id, await streams.version(accountId, id, tx))
  }
}
