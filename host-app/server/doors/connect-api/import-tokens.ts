import type { ImportTokens, Sources } from '../../nouns/sources/sources.ts'
import type { ConnectApi } from './connect-api.ts'
import { wholeSeconds } from '../../ground/iso-time.ts'

export function serveImportTokens(
  door: ConnectApi,
  { importTokens, sources }: { importTokens: ImportTokens; sources: Pick<Sources, 'get' | 'view'> },
): void {
  door.write('createImportToken', async ({ accountId, params }, tx) => {
    const { id, importToken } = await importTokens.create(tx, accountId, params.id)
    return { id, access_token: importToken }
  })

  door.serve('listImportTokens', async ({ accountId, params }) =>
    (await importTokens.list(accountId, params.id)).map(({ id, created_at }) => ({
      id,
      created_at: wholeSeconds(created_at),
    })),
  )

  door.write('revokeImportToken', async ({ accountId, params }, tx) => {
    await importTokens.revoke(tx, accountId, params.id, params.token_id)
    return sources.view(await sources.get(accountId, params.id, tx), tx)
  })
}
