import { isDeepStrictEqual } from 'node:util'
import type { PropertyInfo } from '@bobbin/shared/connector-info'
import type { Values } from '@bobbin/shared/setting-rules'
import type { VendorOptionsPage } from '@bobbin/shared/vendor-options'
import type { Logger } from 'pino'
import { refusedSettingsIn, settingsGrantOf } from '../../../connectors/auth-methods.ts'
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
  trySettings,
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
  /**
   * The same, by what a form holds that is not saved: of a new source of the type, or of one.
   *
   * @throws {AppError} as `find`; InvalidProperties with the faults of what is not right, or is needed and not there
   */
  tryForm(
    accountId: number,
    form: HeldForm,
    question: OptionsQuestion,
    caller: AbortSignal,
  ): Promise<VendorOptionsPage>
}

/** A form as it is held, and what holds beside it whether it asks for that or not. */
interface HeldForm {
  readonly type: string
  readonly sourceId: number | null
  readonly properties: Values
  readonly ruled?: Values | undefined
}

/** What the vendor is asked with. */
interface Asker {
  readonly type: string
  readonly settings: Record<string, string>
  /** Whose grant or token, where there may be one. */
  readonly granted: Pick<SourceRow, 'account_id' | 'id' | 'external_account'> | null
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

  function connectorOf(type: string, property: string): Connector {
    const connector = registry.find(type)
    if (!connector) throw new AppError('Conflict', { data: { reason: 'unknown_type', type } })
    if (!choicesOf(connector, property)) throw new AppError('NotFound')
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

  /**
   * Whose token counts for these settings. What settings are exchanged for counts for these alone: what a form holds is
   * exchanged for nothing before it is saved.
   */
  async function tokenOf(
    connector: Connector,
    source: SourceRow | null,
    settings: Values,
  ): Promise<SourceRow | null> {
    if (!settingsGrantOf(connector, settings)) return null
    const saved = source && (await openSettings({ credentials }, connector.info, source)).values
    if (!isDeepStrictEqual(saved, settings)) throw sourceIncomplete('form')
    return source
  }

  async function ask(
    { type, settings, granted: source }: Asker,
    connector: Connector,
    question: OptionsQuestion,
    signal: AbortSignal,
  ) {
    const secrets = secretsIn(connector.info, settings)
    try {
      const freshGrant = (otherThan: string | null) =>
        source ? oauth.freshGrant(source.account_id, source.id, { otherThan }) : null
      const granted = await freshGrant(null)
      const run = (grants: SourceGrants | null) => {
        secrets.push(...tokensIn(grants))
        const grant = grants && connectorGrant(connector, grants, source?.external_account ?? null)
        const call = { type, calls: 'options', settings, grant, question: { ...question } } as const
        return connectorRunner.run(call, silent, signal)
      }
      const { options } = await run(granted).catch(async (error: unknown) => {
        // A token may end before its time: another one decides, once.
        const refused = refusedToken(error, granted)
        if (refused === null) throw error
        const renewed = await freshGrant(refused)
        try {
          return await run(renewed)
        } catch (again) {
          throw refusedSettingsIn(connector, settings, again)
        }
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
      const connector = connectorOf(source.type, question.property)
      await requireReady(source, connector)
      const signal = AbortSignal.any([caller, AbortSignal.timeout(patience)])
      return turns.take(accountId, async () => {
        const { values: settings } = await openSettings({ credentials }, connector.info, source)
        return ask({ type: source.type, settings, granted: source }, connector, question, signal)
      })
    },
    async tryForm(accountId, { type, sourceId, properties: given, ruled }, question, caller) {
      const source = sourceId === null ? null : await sources.get(accountId, sourceId)
      const connector = connectorOf(source?.type ?? type, question.property)
      const needed = choicesOf(connector, question.property)?.depends_on ?? []
      const tried = await trySettings({ credentials }, connector, source, { given, ruled, needed })
      const isGranted = source && tried.keepsGrant && signsInByOAuth(connector, source)
      const grant = isGranted ? await credentials.describe(accountId, source.id, 'oauth') : null
      const granted = grant?.status === 'ok' ? source : await tokenOf(connector, source, tried.values)
      const signal = AbortSignal.any([caller, AbortSignal.timeout(patience)])
      return turns.take(accountId, () =>
        ask({ type: connector.info.type, settings: tried.values, granted }, connector, question, signal),
      )
    },
  }
}

function choicesOf({ info }: Connector, property: string): PropertyInfo['vendor_options'] {
  return info.properties.find(({ name }) => name === property)?.vendor_options
}

function isOverdue({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof Error && reason.name === 'TimeoutError'
}
