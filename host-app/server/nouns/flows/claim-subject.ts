import type { z } from 'zod'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { claimRequest } from '@bobbin/shared/flow'
import { flowFunctions, type FlowFunction } from '@bobbin/shared/flow-function'
import { isolated } from '@bobbin/shared/isolated'
import { isStepLegal } from '@bobbin/shared/steps'
import { authMethodName, infoFor } from '../../../connectors/auth-methods.ts'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import type { Checks } from '../checks/checks.ts'
import type { OAuthClients } from '../oauth-clients/oauth-clients.ts'
import {
  InvalidSettings,
  type Presets,
  type SourceRow,
  type Sources,
  isRuled,
  plainProperties,
  readPresets,
  settingSentence,
} from '../sources/sources.ts'
import { type EphemeralToken, tokenRefused } from '../tokens/tokens.ts'
import type { FlowPresets } from './flow-presets.ts'

export type ClaimRequest = z.infer<typeof claimRequest>

/**
 * What a claimed flow is about: the type to add, or the source to work on, and the settings that its token gives, sealed for the flow. Scope is refused before existence is
 * told. @throws {AppError} UpgradeEphemeralToken, SourceNotFound, UnknownSourceType, AuthorizeFailure (`misconfigured`), InvalidOptions
 */
export type FindClaimSubject = (
  tx: Transaction,
  token: EphemeralToken,
  request: ClaimRequest,
  flowId: string,
) => Promise<{ type: string; sourceId: number | null; presets: string | null }>

export function createFindClaimSubject({
  registry,
  sources,
  checks,
  presets,
  oauthClients,
  now,
}: {
  registry: Pick<Registry, 'find' | 'findBySlug'>
  sources: Pick<Sources, 'get' | 'viewForWizard'>
  checks: Pick<Checks, 'find'>
  presets: Pick<FlowPresets, 'seal'>
  oauthClients: Pick<OAuthClients, 'typeOf' | 'methodsFor'>
  now: () => number
}): FindClaimSubject {
  /** A client that the token names is for this type; and nobody begins what nobody can end, for want of one. */
  async function requireClient(
    tx: Transaction,
    { accountId, oauthClientId: named, properties }: EphemeralToken,
    info: ConnectorInfo,
    source: SourceRow | null,
  ): Promise<void> {
    const type = named === null ? null : await oauthClients.typeOf(accountId, named, tx)
    if (type !== null && type !== info.type) throw tokenRefused('out_of_scope')
    // What there is already can be looked at, and changed.
    if (source) return
    const wanted = { account_id: accountId, oauth_client_id: null, named }
    const methods = (await oauthClients.methodsFor(info.type, wanted, tx)) ?? []
    const said = properties?.[authMethodName]
    const decided = isRuled(said) ? said?.value : undefined
    if (methods.some(({ key }) => decided === undefined || key === decided)) return
    throw new AppError('AuthorizeFailure', {
      message: `${isolated(info.name)} cannot be connected at present: the app is not set up for it.`,
      data: { reason: 'misconfigured', type: info.type },
    })
  }

  return async function findSubject(tx, token, request, flowId) {
    const { types, functions } = token
    const fn: FlowFunction = request.function
    const isById = flowFunctions[fn].subject === 'id'
    if (functions && !functions.includes(fn)) throw tokenRefused('out_of_scope')
    // A new source is never the one source of a token, whatever id stands beside it.
    const about = isById ? request.id : null
    if (token.sourceId !== null && about !== token.sourceId) throw tokenRefused('out_of_scope')

    const source = isById ? await sources.get(token.accountId, needed(request, 'id'), tx) : null
    const named = source?.type ?? needed(request, 'type')
    const connector = registry.find(named) ?? (source ? null : registry.findBySlug(named))
    const type = connector?.info.type ?? named
    if (types && !types.includes(type)) throw tokenRefused('out_of_scope')
    if (!connector) throw new AppError('UnknownSourceType', { data: { type } })
    const info = infoFor(connector.info, source ? plainProperties(source) : {})
    if (!isStepLegal(info.steps, fn)) {
      throw new AppError('InvalidOptions', {
        message: `${isolated(connector.info.name)} has no ${flowFunctions[fn].entry} step.`,
        data: { option: 'function', function: fn, type },
      })
    }
    await requireClient(tx, token, connector.info, source)
    const name = request.discovery_job_name
    if (source && name !== undefined) {
      const check = await checks.find(token.accountId, name, tx)
      if (!check || !name.startsWith(`${token.accountId}.${source.id}.`)) {
        throw new AppError('InvalidOptions', {
          message: 'This source has no check of that name.',
          data: { option: 'discovery_job_name' },
        })
      }
    }
    const { properties: given, accountId } = token
    if (given === null) return { type, sourceId: source?.id ?? null, presets: null }
    const stored = source ? await sources.viewForWizard(accountId, source.id, tx) : nothing
    const read = asOptions(() => readPresets(connector, given, stored, now()))
    const sealed = presets.seal({ id: flowId, account_id: accountId }, read)
    return { type, sourceId: source?.id ?? null, presets: sealed }
  }
}

const nothing = { properties: {}, kept_secrets: [] }

/** What the token gives does not suit what the claim is for: told by the settings' names, never their values. */
function asOptions(read: () => Presets): Presets {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const told =
      error instanceof InvalidSettings
        ? Object.entries(error.faults).map(
            ([name, fault]) => `${isolated(name)}: ${settingSentence(error.info, name, fault)}`,
          )
        : [error.message]
    throw new AppError('InvalidOptions', {
      message: `The token gives settings that do not fit. ${told.slice(0, 20).join(' ')}`,
      data: { option: 'properties' },
    })
  }
}

function needed<Name extends 'id' | 'type'>(
  request: ClaimRequest,
  name: Name,
): NonNullable<ClaimRequest[Name]> {
  const value = request[name]
  if (value === undefined) {
    throw new AppError('InvalidOptions', { message: `${name} is needed.`, data: { option: name } })
  }
  return value
}
