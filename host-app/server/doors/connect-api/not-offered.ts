import { errorReasons, type ReasonOf } from '@bobbin/shared/error-reasons'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import { authenticate, type Authenticator } from '../../http/caller.ts'

interface Job {
  readonly reason: ReasonOf<'NotOffered'>
  readonly calls: readonly Call[]
}
type Call = readonly [methods: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[], path: string]

const own = { list: ['GET', 'POST'], one: ['GET', 'PUT', 'DELETE'] } as const

/** What Stitch's Connect API has and ours has not, by whose job it is: who comes from there is told so. */
const jobs: readonly Job[] = [
  {
    reason: 'replication',
    calls: [
      [['POST', 'DELETE'], '/v4/sources/:id/sync'],
      [['GET'], '/v4/:client_id/extractions'],
      [['GET'], '/v4/:client_id/extractions/:job_name'],
      [['GET'], '/v4/:client_id/loads'],
    ],
  },
  {
    reason: 'destinations',
    calls: [
      [['GET'], '/v4/destination-types'],
      [['GET'], '/v4/destination-types/:type'],
      [own.list, '/v4/destinations'],
      [own.one, '/v4/destinations/:id'],
      [['GET'], '/v4/destinations/:id/last-connection-check'],
      [own.list, '/v3/destinations'],
      [own.one, '/v3/destinations/:id'],
    ],
  },
  {
    reason: 'notifications',
    calls: [
      [own.list, '/notifications/public/v1/api/custom-emails'],
      [own.one, '/notifications/public/v1/api/custom-emails/:id'],
      [own.list, '/notifications/public/v1/api/hooks'],
      [own.one, '/notifications/public/v1/api/hooks/:id'],
    ],
  },
  {
    reason: 'import',
    calls: [
      [['POST'], '/v2/import/batch'],
      [['POST'], '/v2/import/push'],
      [['POST'], '/v2/import/validate'],
      [['GET'], '/v2/import/status'],
    ],
  },
]

/** Refuses each of them, whatever it is sent: NotOffered. Where Stitch asks for an access token a stranger is told no more. */
export function refuseNotOffered(
  app: FastifyInstance,
  { accessTokens }: { accessTokens: Authenticator },
): void {
  for (const { reason, calls } of jobs) {
    const isPushed = reason === 'import'
    for (const [method, url] of calls) {
      app.route({
        method: [...method],
        url,
        config: isPushed ? {} : { secret: 'account' },
        onRequest: async (request, reply) => {
          if (!isPushed) {
            request.caller = await authenticate(accessTokens, request)
            await app.countCall(request, reply)
          }
          // Before the body is read: it does not matter what is in it.
          const message = errorReasons.NotOffered[reason].sentence
          throw new AppError('NotOffered', { message, data: { reason } })
        },
        handler: () => {},
      })
    }
  }
}
