import { sourceId } from '@bobbin/shared/source'
import { reportedStep } from '@bobbin/shared/steps'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { etagOf, requireMatch, sendEtag } from '../../http/etag.ts'
import { serveEndpoint, serveWrite } from '../../http/serve-endpoint.ts'
import type { Services } from '../../services.ts'
import { sourceNotFound } from '../../nouns/sources/source-row.ts'
import type { SourceRow } from '../../nouns/sources/sources.ts'
import type { Transaction } from '../../store/database.ts'
import { pageReply, readSliceQuery, wantsPage } from '../../http/paging.ts'

/** Lists of sources are ordered by id. */
const sourcePosition = z.tuple([sourceId])

export function serveSources(app: FastifyInstance, services: Services): void {
  const { sources, checks, registry } = services

  serveEndpoint(app, services, 'listSources', async ({ accountId, query }) => {
    if (!wantsPage(query)) return sources.viewAll(accountId, await sources.list(accountId))
    const found = await sources.page(accountId, query, readSliceQuery(query, sourcePosition))
    return pageReply('/v4/sources', query, found, await sources.viewAll(accountId, found.rows))
  })

  serveEndpoint(app, services, 'getSource', async ({ accountId, params: { id }, reply }) => {
    // Deleted ones too, as Stitch answers: `deleted_at` tells.
    const row = await sources.find(accountId, id)
    if (!row) throw sourceNotFound(id)
    sendEtag(reply, sourceEtag(row))
    return sources.view(row)
  })

  serveWrite(app, services, 'createSource', async ({ accountId, body }, tx) => {
    const { type, display_name, properties = {} } = body
    const created = await sources.create(
      tx,
      accountId,
      { type, display_name, properties },
      { mustBeComplete: false, uniqueName: false },
    )
    await checkWhenReady(tx, created)
    return view(accountId, created.id, tx)
  })

  serveWrite(app, services, 'cloneSource', async ({ accountId, params: { id }, body = {} }, tx) => {
    const clone = await sources.clone(tx, accountId, id, body)
    await checkWhenReady(tx, clone)
    return view(accountId, clone.id, tx)
  })

  serveWrite(app, services, 'updateSource', async (call, tx) => {
    const { accountId, body, request, reply } = call
    const { id } = call.params
    requireMatch(request, sourceEtag(await sources.get(accountId, id, tx)))
    const { row, extent } = await sources.update(tx, accountId, id, body, 'merge')
    if (extent === 'auth' || extent === 'property') await checkWhenReady(tx, row)
    sendEtag(reply, sourceEtag(row))
    return view(accountId, id, tx)
  })

  serveWrite(app, services, 'deleteSource', async ({ accountId, params: { id } }, tx) =>
    sources.view(await sources.softDelete(tx, accountId, id), tx),
  )

  /** As Stitch does: a source that has all it needs up to the check is checked by itself. */
  async function checkWhenReady(tx: Transaction, row: SourceRow): Promise<void> {
    const connector = registry.find(row.type)
    if (!connector) return
    const finished = await sources.finishedSteps(row.account_id, row.id, tx)
    if (reportedStep(connector.info.steps, finished) !== 'discover_schema') return
    await checks.start(tx, row.account_id, row.id)
  }

  async function view(accountId: number, id: number, tx: Transaction) {
    return sources.view(await sources.get(accountId, id, tx), tx)
  }
}

/** What a caller can change of a source; a check that goes on in the background changes nothing of it. */
function sourceEtag(row: SourceRow): string {
  const { settings_version, properties, display_name, paused_at, deleted_at } = row
  return etagOf(settings_version, properties, display_name, paused_at, deleted_at)
}
