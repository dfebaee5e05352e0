import { connectApi } from '@bobbin/shared/api'
import type { Endpoint } from '@bobbin/shared/api/endpoint'
import type { FastifyInstance } from 'fastify'
import { authenticate, type Authenticator } from '../../http/caller.ts'
import { createDoor, type Door } from '../../http/door.ts'
import type { ReplyMemory } from '../../http/idempotency.ts'
import type { Database } from '../../store/database.ts'
import { envelope } from './refused-settings.ts'

/** The Connect API as its handlers serve it. */
export type ConnectApi = Door<typeof connectApi>

/** Its table is `shared/src/api.ts`; its callers bring access tokens. */
export function openConnectApi(
  app: FastifyInstance,
  {
    accessTokens,
    database,
    idempotentReplies,
  }: { accessTokens: Authenticator; database: Pick<Database, 'write'>; idempotentReplies: ReplyMemory },
): ConnectApi {
  const vocabulary = {
    endpoints: connectApi,
    authenticate: (request: Parameters<typeof authenticate>[1]) => authenticate(accessTokens, request),
    envelope,
    status: 200,
    missing: notThere,
  }
  return createDoor(app, vocabulary, { database, replies: idempotentReplies })
}

/** The `id` of a path is a source's, where the endpoint is about one. */
function notThere({ errors }: Endpoint, parameter: string) {
  return parameter === 'id' && errors.includes('SourceNotFound') ? 'SourceNotFound' : 'NotFound'
}
