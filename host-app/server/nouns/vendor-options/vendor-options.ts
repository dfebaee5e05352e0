import type { VendorOptionsPage } from '@bobbin/shared/vendor-options'
import type { Logger } from 'pino'
import { type Connector, ConnectorError, type OptionsQuestion } from '../../../connectors/connector.ts'
import type { Registry } from '../../../connectors/registry.ts'
import { isConnectorError } from '../../edges/connector-process/call-connector.ts'
import { type ConnectorRunner, silent } from '../../edges/connector-process/connector-runner.ts'
import { AppError } from '../../ground/app-error.ts'
import { describeUnknown } from '../../ground/describe-unknown.ts'
import { outageOf } from '../../ground/outage.ts'
import { createScrub } from '../../ground/scrub.ts'
import { failureOf, secretsIn } from '../checks/checks.ts'
import {
  type CredentialStore,
  type SourceGrants,
  connectorGrant,
  refusedToken,
  tokensIn,
} from '../credentials/credentials.ts'
import type { OAuth } from '../oauth/oauth.ts'
import {
  type SourceRow,
  type Sources,
  authorizationExpired,
  openSettings,
  signsInByOAuth,
  sourceIncomplete,
} from '../sources/sources.ts'
import { createTurns } from './turns.ts'

/** What the settings of a source can be, as far as its vendor says so. */
export interface VendorOptions {
  /**
   * Some of the values that a setting can have, by what the source is now.
   *
   * @throws {AppError} SourceNotFound; NotFound for a setting without choices; Conflict `incomplete`, `unknown_type` or
   *   `AuthorizationExpired`; RateLimited where the account has as many of these under way as it may; OptionsUnavailable
   */
  find(
    accountId: number,
    sourceId: number,
    question: OptionsQuestion,
    caller: AbortSignal,
  ): Promise<VendorOptionsPage>
}

/** Milliseconds that a person waits for a list. */
const patience = 15_000

export function createVendorOptions({
  sources,
  registry,
  credentials,
  oauth,
  connectorRunner,
  log,
}: {
  sources: Pick<Sources, 'get' | 'finishedSteps'>
  registry: Pick<Registry, 'find'>
  credentials: CredentialStore
  oauth: Pick<OAuth, 'freshGrant'>
  connectorRunner: Pick<ConnectorRunner, 'run'>
  log: Pick<Logger, 'warn'>
}): VendorOptions {
  const turns = createTurns({ atOnce: 8, perAccount: 3 })

  function connectorOf({ type }: SourceRow): Connector {
    const connector = registry.find(type)
    if (!connector) throw new AppError('Conflict', { data: { reason: 'unknown_type', type } })
    return connector
  }

  async function requireReady(source: SourceRow, connector: Connector): Promise<void> {
    const finished = await sources.finishedSteps(source.account_id, source.id)
    if (!finished.has('form')) throw sourceIncomplete('form')
    const { account_id: accountId, id } = source
    if (!signsInByOAuth(connector, source)) return
    const grant = await credentials.describe(accountId, id, 'oauth')
    if (grant === null) throw sourceIncomplete('oauth')
    if (grant.status !== 'ok') throw authorizationExpired()
  }

  async function ask(
    source: SourceRow,
    connector: Connector,
    question: OptionsQuestion,
    signal: AbortSignal,
  ) {
    const { account_id: accountId, id: sourceId, external_account: externalAccount } = source
    const { info } = connector
    const { values: settings } = await openSettings({ credentials }, info, source)
    const secrets = secretsIn(info, settings)
    try {
      const granted = signsInByOAuth(connector, source) ? await oauth.freshGrant(accountId, sourceId) : null
      const run = (grants: SourceGrants | null) => {
        secrets.push(...tokensIn(grants))
        return connectorRunner.run(
          {
            type: source.type,
            calls: 'options',
            settings,
            grant: grants && connectorGrant(connector, grants, externalAccount),
            question: { ...question },
          },
          silent,
          signal,
        )
      }
      const { options } = await run(granted).catch(async (error: unknown) => {
        // A token may end before its time: another one decides, once.
        const refused = refusedToken(error, granted)
        if (refused === null) throw error
        return run(await oauth.freshGrant(accountId, sourceId, { otherThan: refused }))
      })
      return options ?? { data: [], next_cursor: null }
    } catch (error) {
      throw explained(error, connector, secrets, signal)
    }
  }

  function explained(
    error: unknown,
    { info }: Connector,
    secrets: readonly string[],
    signal: AbortSignal,
  ): unknown {
    if (outageOf(error) || error instanceof AppError) return error
    // Nobody waits for it any more.
    if (signal.aborted && !isOverdue(signal))
      return new AppError('Unavailable', { data: { reason: 'stopping' }, cause: error })
    const told = isOverdue(signal) ? new ConnectorError('ConnectionTimeout') : error
    if (!isConnectorError(told))
      log.warn({ type: info.type, error: describeUnknown(error) }, 'options failed')
    if (isConnectorError(told) && told.code === 'AuthorizationExpired') return authorizationExpired(error)
    const { code, message, field, detail } = failureOf(told, info, createScrub(secrets))
    return new AppError('OptionsUnavailable', { message, data: { code, field, detail }, cause: error })
  }

  return {
    async find(accountId, sourceId, question, caller) {
      const source = await sources.get(accountId, sourceId)
      const connector = connectorOf(source)
      const isKnown = connector.info.properties.some(
        ({ name, vendor_options: choices }) => choices && name === question.property,
      )
      if (!isKnown) throw new AppError('NotFound')
      await requireReady(source, connector)
      const signal = AbortSignal.any([caller, AbortSignal.timeout(patience)])
      return turns.take(accountId, () => ask(source, connector, question, signal))
    },
  }
}

function isOverdue({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof Error && reason.name === 'TimeoutError'
}
