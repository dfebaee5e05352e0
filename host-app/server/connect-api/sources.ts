import { reportedStep } from '@bobbin/shared/steps'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../app-error.ts'
import { serveEndpoint } from '../http/serve-endpoint.ts'
import type { Services } from '../services.ts'
import type { SourceRow } from '../sources/sources.ts'
import type { Transaction } from '../storage/database.ts'

export function serveSources(app: FastifyInstance, services: Services): void {
  const { sources, checks, database, registry } = services

  serveEndpoint(app, services, 'listSources', async ({ accountId }) => {
    const rows = await sources.list(accountId)
    return Promise.all(rows.map((row) => sources.view(row)))
  })

  serveEndpoint(app, services, 'getSource', async ({ accountId, params: { id } }) => {
    // Deleted ones too, as Stitch answers: `deleted_at` tells.
    const row = await sources.find(accountId, id)
    if (!row) throw new AppError('SourceNotFound', { data: { id } })
    return sources.view(row)
  })

  serveEndpoint(app, services, 'createSource', async ({ accountId, body }) => {
    const { type, display_name, properties = {} } = body
    const row = await database.write(async (tx) => {
      const created = await sources.create(
        tx,
        accountId,
        { type, display_name, properties },
        { mustBeComplete: false, uniqueName: false },
      )
      await checkWhenReady(tx, created)
      return created
    })
    return view(accountId, row.id)
  })

  serveEndpoint(app, services, 'updateSource', async ({ accountId, params: { id }, body }) => {
    await database.write(async (tx) => {
      const { row, extent } = await sources.update(tx, accountId, id, body, 'merge')
      if (extent === 'auth' || extent === 'property') await checkWhenReady(tx, row)
    })
    return view(accountId, id)
  })

  serveEndpoint(app, services, 'deleteSource', async ({ accountId, params: { id } }) => {
    const row = await database.write((tx) => sources.softDelete(tx, accountId, id))
    return sources.view(row)
  })

  /** As Stitch does: a source that has all it needs up to the check is checked by itself. */
  async function checkWhenReady(tx: Transaction, row: SourceRow): Promise<void> {
    const connector = registry.find(row.type)
    if (!connector) return
    const finished = await sources.finishedSteps(row.account_id, row.id, tx)
    if (reportedStep(connector.info.steps, finished) !== 'discover_schema') return
    await checks.start(tx, row.account_id, row.id)
  }

  async function view(accountId: number, id: number) {
    return sources.view(await sources.get(accountId, id))
  }
}
