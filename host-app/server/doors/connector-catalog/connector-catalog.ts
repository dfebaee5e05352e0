import { catalogEndpoints } from '@bobbin/shared/api/connector-catalog'
import type { FastifyInstance } from 'fastify'
import { createDoor, type Door } from '../../http/door.ts'
import { commonEnvelope } from '../../http/error-response.ts'
import type { ReplyMemory } from '../../http/idempotency.ts'
import type { Database } from '../../store/database.ts'
import type { PageCallers } from './page-callers.ts'

/** The catalog, in xkit's words, for pages. Its table is `shared/src/api/connector-catalog.ts`. */
export function openConnectorCatalog(
  app: FastifyInstance,
  {
    callers,
    database,
    idempotentReplies,
  }: {
    callers: Pick<PageCallers, 'authenticate'>
    database: Pick<Database, 'write'>
    idempotentReplies: ReplyMemory
  },
): Door<typeof catalogEndpoints> {
  const vocabulary = {
    endpoints: catalogEndpoints,
    authenticate: callers.authenticate,
    envelope: commonEnvelope,
    status: 200,
    missing: () => 'NotFound' as const,
  }
  return createDoor(app, vocabulary, { database, replies: idempotentReplies })
}
