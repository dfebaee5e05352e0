import { errorReasons, type ReasonOf } from '@bobbin/shared/error-reasons'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import { authenticate, type Authenticator } from '../../http/caller.ts'

type Job = ReasonOf<'NotOffered'>
type Call = readonly [methods: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[], path: string]

const own = { list: ['GET', 'POST'], one: ['GET', 'PUT', 'DELETE'] } as const

/** What Stitch's Connect API has and ours has not, by whose job it is: who comes from there is told so. */
const calls: Readonly<Record<Job, readonly Call[]>> = {
  replication: [
    [['POST', 'DELETE'], '/v4/sources/:id/sync'],
    [['GET'], '/v4/:client_id/extractions'],
    [['GET'], '/v4/:client_id/extractions/:job_name'],
    [['GET'], '/v4/:client_id/loads'],
  ],
  destinations: [
    [['GET'], '/v4/destination-types'],
    [['GET'], '/v4/destination-types/:type'],
    [own.list, '/v4/destinations'],
    [own.one, '/v4/destinations/:id'],
    [['GET'], '/v4/destinations/:id/last-connection-check'],
    [own.list, '/v3/destinations'],
    [own.one, '/v3/destinations/:id'],
  ],
  notifications: [
    [own.list, '/notifications/public/v1/api/custom-emails'],
    [own.one, '/notifications/public/v1/api/custom-emails/:id'],
    [own.list, '/notifications/public/v1/api/hooks'],
    [own.one, '/notifications/public/v1/api/hooks/:id'],
  ],
  import: [
    [['POST'], '/v2/import/batch'],
    [['POST'], '/v2/import/push'],
    [['POST'], '/v2/import/validate'],
    [['GET'], '/v2/import/status'],
  ],
}

/** Refuses each of them, whatever it is sent: NotOffered. Where Stitch asks for an access token a stranger is told no more. */
export function refuseNotOffered(
  app: FastifyInstance,
  { accessTokens }: { accessTokens: Authenticator },
): void {
  for (const [job, refused] of Object.entries(calls) as [Job, readonly Call[]][]) {
    for (const [method, url] of refused) {
      app.route({
        method: [...method],
        url,
        config: job === 'import' ? {} : { secret: 'account' },
        onRequest: async (request, reply) => {
          if (job !== 'import') {
            request.caller = await authenticate(accessTokens, request)
            await app.countCall(request, reply)
          }
          // Before the body is read: it does not matter what is in it.
          throw new AppError('NotOffered', {
            message: errorReasons.NotOffered[job].sentence,
            data: { reason: job },
          })
        },
        handler: () => {},
      })
    }
  }
}
