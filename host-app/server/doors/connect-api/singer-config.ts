import { verdictOf } from '@bobbin/shared/check-verdict'
import type { FastifyRequest } from 'fastify'
import type { Registry } from '../../../connectors/registry.ts'
import type { OAuth } from '../../nouns/oauth/oauth.ts'
import type { CredentialStore } from '../../nouns/credentials/credentials.ts'
import {
  type Sources,
  type TapConfig,
  authorizationExpired,
  findTapChanges,
  keepTapChanges,
  infoOfSource,
  readTapConfig,
  settingsRefused,
  signsInByOAuth,
  sourceIncomplete,
} from '../../nouns/sources/sources.ts'
import { ConnectorError, type Connector } from '../../../connectors/connector.ts'
import { AppError } from '../../ground/app-error.ts'
import { etagOf, requireMatch, sendEtag } from '../../http/etag.ts'
import type { ConnectApi } from './connect-api.ts'
import { wordedRefusal } from './refused-settings.ts'

/** What a Singer tap is started with, and what it leaves behind. The one reply with secrets in it. */
export function serveSingerConfig(
  door: ConnectApi,
  {
    sources,
    credentials,
    oauth,
    registry,
    now,
  }: {
    sources: Pick<Sources, 'get' | 'finishedSteps' | 'settings'>
    credentials: CredentialStore
    oauth: Pick<OAuth, 'accessToken'>
    registry: Pick<Registry, 'find'>
    now: () => number
  },
): void {
  door.serve('getConfig', async ({ accountId, params: { id }, query, request, reply }) => {
    const connector = connectorOf((await sources.get(accountId, id)).type)
    const finished = await sources.finishedSteps(accountId, id)
    const steps = infoOfSource(registry, await sources.get(accountId, id))?.steps
    const missing = (['form', 'oauth'] as const).find((step) => steps?.includes(step) && !finished.has(step))
    if (missing !== undefined) throw sourceIncomplete(missing)
    const { refresh = 'false' } = query
    const role = refresh === 'true' ? null : refresh
    const refused = refresh === 'false' ? null : await refusedToken(request, { accountId, id, role })
    await freshenToken(accountId, id, refused)
    const config = await readTapConfig({ credentials }, connector, await sources.get(accountId, id))
    sendEtag(reply, etagFor(config))
    return config.values
  })

  door.write('updateConfig', async (call, tx) => {
    const { accountId, body, request, reply } = call
    const { id } = call.params
    const row = await sources.get(accountId, id, tx)
    const connector = connectorOf(row.type)
    const config = await readTapConfig({ credentials }, connector, row, tx)
    if (signsInByOAuth(connector, row) && !config.grant) throw sourceIncomplete('oauth')
    const changes = findTapChanges(connector, config, body, now())
    const { faults, ignored } = changes
    const stored = [...Object.keys(changes.tokens), ...Object.keys(changes.settings)].toSorted()
    const hasFaults = Object.keys(faults).length > 0

    // Nothing to store, nothing to overwrite: a run that changed nothing is never too late.
    if (hasFaults || stored.length > 0) requireMatch(request, etagFor(config))
    if (hasFaults) {
      throw wordedRefusal({
        info: connector.info,
        faults,
        card: null,
        reason: changes.neededAgain.length > 0 ? 'secret_needed_again' : undefined,
      })
    }
    if (stored.length > 0) {
      requireEtag(request.headers['if-match'])
      await keepTapChanges({ credentials, now }, tx, connector, row, config, changes)
    }
    const kept = await readTapConfig({ credentials }, connector, await sources.get(accountId, id, tx), tx)
    sendEtag(reply, etagFor(kept))
    return { status: 200 as const, stored, ignored }
  })

  function connectorOf(type: string): Connector {
    const connector = registry.find(type)
    if (!connector) throw new AppError('Conflict', { data: { reason: 'unknown_type', type } })
    return connector
  }

  /**
   * The token that the caller wants another one for: the present one of the main grant, or of another by its role. Not if it says by `If-None-Match` that its own
   * is older: of many workers whom the vendor refused, the first one has it renewed.
   */
  async function refusedToken(
    request: Pick<FastifyRequest, 'headers'>,
    { accountId, id, role }: { accountId: number; id: number; role: string | null },
  ): Promise<string | null> {
    const row = await sources.get(accountId, id)
    const connector = connectorOf(row.type)
    if (role !== null && !connector.oauth?.otherGrants?.some((other) => other.role === role)) {
      throw new AppError('BadRequest', {
        message: `Its type has no grant called ${role}.`,
        data: { parameter: 'refresh' },
      })
    }
    const config = await readTapConfig({ credentials }, connector, row)
    const has = request.headers['if-none-match']
    if (has !== undefined && !has.includes(etagFor(config))) return null
    const grant = role === null ? config.grant : config.others.get(role)
    return grant?.values['access_token'] ?? null
  }

  /** Refreshed if need be, by the one process whose turn it is. */
  async function freshenToken(accountId: number, id: number, otherThan: string | null): Promise<void> {
    try {
      await oauth.accessToken(accountId, id, { otherThan })
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      if (error.code === 'AppMisconfigured') {
        throw new AppError('Unavailable', { data: { reason: 'AppMisconfigured' }, cause: error })
      }
      if (error.code === 'AuthorizationExpired') throw authorizationExpired(error)
      if (verdictOf(error.code) === 'refused') throw settingsRefused(error)
      throw new AppError('Unavailable', { data: { reason: 'VendorUnavailable' }, cause: error })
    }
  }
}

function etagFor({ version }: TapConfig): string {
  return etagOf('config', ...version)
}

/** Credentials that another run has renewed meanwhile would be lost for good; so here the ETag is no option. */
function requireEtag(given: string | undefined): void {
  if (given !== undefined) return
  throw new AppError('PreconditionFailed', {
    message: 'Send the ETag that came with the config in If-Match.',
    data: { reason: 'if_match_missing' },
  })
}
