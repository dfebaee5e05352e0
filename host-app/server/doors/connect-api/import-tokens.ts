import type { FastifyInstance } from 'fastify'
import { serveEndpoint, serveWrite } from '../../http/serve-endpoint.ts'
import type { Services } from '../../services.ts'
import { isoTime } from '../../ground/iso-time.ts'

export function serveImportTokens(app: FastifyInstance, services: Services): void {
  const { importTokens, sources } = services

  serveWrite(app, services, 'createImportToken', async ({ accountId, params }, tx) => {
    const { id, importToken } = await importTokens.create(tx, accountId, params.id)
    return { id, access_token: importToken }
  })

  serveEndpoint(app, services, 'listImportTokens', async ({ accountId, params }) =>
    (await importTokens.list(accountId, params.id)).map(({ id, created_at }) => ({
      id,
      created_at: isoTime(created_at),
    })),
  )

  serveWrite(app, services, 'revokeImportToken', async ({ accountId, params }, tx) => {
    await importTokens.revoke(tx, accountId, params.id, params.token_id)
    return sources.view(await sources.get(accountId, params.id, tx), tx)
  })
}
