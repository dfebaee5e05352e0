import type { FastifyInstance } from 'fastify'
import { ConnectorError } from '../../connectors/connector.ts'
import { AppError } from '../app-error.ts'
import { serveEndpoint } from '../http/serve-endpoint.ts'
import type { Services } from '../services.ts'
import { startDate } from './start-date.ts'

/** The one reply with secrets in it: what a Singer tap is started with. */
export function serveSingerConfig(app: FastifyInstance, services: Services): void {
  const { sources, oauth, registry, now } = services

  serveEndpoint(app, services, 'getConfig', async ({ accountId, params: { id } }) => {
    const { type } = await sources.get(accountId, id)
    const connector = registry.find(type)
    if (!connector) throw new AppError('Conflict', { data: { reason: 'unknown_type', type } })
    const finished = await sources.finishedSteps(accountId, id)
    const missing = (['form', 'oauth'] as const).find(
      (step) => connector.info.steps.includes(step) && !finished.has(step),
    )
    if (missing !== undefined) {
      throw new AppError('Conflict', {
        message: 'The source is not complete yet.',
        data: { reason: 'incomplete', step: missing },
      })
    }
    const settings = await sources.settings(accountId, id)
    const accessToken = await readAccessToken(accountId, id)
    if (connector.config) return connector.config({ settings, accessToken })
    const since = startDate(connector.info.default_start_date, now())
    return {
      ...(since === null ? {} : { start_date: since }),
      ...settings,
      ...(accessToken === null ? {} : { access_token: accessToken }),
    }
  })

  async function readAccessToken(accountId: number, id: number): Promise<string | null> {
    try {
      return await oauth.accessToken(accountId, id)
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      if (error.code !== 'AuthorizationExpired') {
        throw new AppError('Unavailable', { data: { reason: error.code }, cause: error })
      }
      throw new AppError('Conflict', {
        message: 'The authorization is no longer valid. The user has to authorize again.',
        data: { reason: error.code },
        cause: error,
      })
    }
  }
}
