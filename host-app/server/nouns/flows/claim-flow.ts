import type { Insertable } from 'kysely'
import type { z } from 'zod'
import type { claimReply } from '@bobbin/shared/flow'
import type { Timings } from '@bobbin/shared/timings'
import { AppError } from '../../ground/app-error.ts'
import { type EphemeralToken, type EphemeralTokens, tokenMissing, tokenRefused } from '../tokens/tokens.ts'
import type { EventLog } from '../events/events.ts'
import { compileOnce } from '../../store/compile-once.ts'
import type { Database, Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import type { ClaimRequest, FindClaimSubject } from './claim-subject.ts'
import { endFlow, failure } from './end-flow.ts'
import { findFlow, type Flow } from './flow-row.ts'
import { tellPage } from './tell-page.ts'
import { isSecret, secretHash } from '../../ground/secret-hash.ts'

export type ClaimReply = z.infer<typeof claimReply>
/** What a page's origin is held to beside the token's own list, and the account's. */
interface OriginRules {
  /** Origins that may ever open the wizard; null: any that account and token allow. */
  readonly allowedOrigins: readonly string[] | null
  readonly isProduction: boolean
}

/** What claims stand on. */
interface ClaimParts {
  readonly database: Pick<Database, 'write'>
  readonly events: EventLog
  readonly ephemeralTokens: Pick<EphemeralTokens, 'find' | 'spend'>
  readonly findSubject: FindClaimSubject
  readonly origins: OriginRules
  readonly timings: Timings
  readonly now: () => number
}

/**
 * Claims a flow for the page of this origin: checks the token against the page that brings it, then spends it and opens the session,
 * all in one transaction.
 *
 * What must hold:
 * - A token opens one flow, once, however many claims race. The winner may repeat itself: the same flow,
 *   token, key and origin get the same reply again.
 * - A refused claim leaves the token as it was.
 * - Refusals come in the order exists, expired, origin, scope, used.
 * - A second claim with another key is refused. It stops the flow only with a token that would have been
 *   accepted for the flow's account and origin: whoever knows no more than the id changes nothing.
 */
export type ClaimFlow = (
  flowId: string,
  request: ClaimRequest,
  origin: string | undefined,
) => Promise<ClaimReply>

export function createClaims(parts: ClaimParts): ClaimFlow {
  return async function claimFlow(flowId, request, origin) {
    const result = await parts.database.write((tx) => claim(parts, tx, flowId, request, origin))
    // A refusal may have stopped the flow, so it is thrown after the commit.
    if (result instanceof AppError) throw result
    return { flow_id: flowId, timings: parts.timings, session_expires_at: result }
  }
}

/** Returns when the session ends, or the refusal (which may have stopped the flow, so it is not thrown here). */
async function claim(
  parts: ClaimParts,
  tx: Transaction,
  flowId: string,
  request: ClaimRequest,
  origin: string | undefined,
): Promise<number | AppError> {
  const { events, now, timings } = parts
  const existing = await findFlow(tx.db, flowId)
  if (existing) {
    if (isRepeat(existing, request, origin)) return existing.session_expires_at
    if (await couldHaveClaimed(parts, tx, existing, request, origin)) {
      await endFlow(tx, parts, existing, failure('FlowSuperseded', { reason: 'claimed_twice' }))
    }
    return tokenRefused('used')
  }
  const permit = await readPermit(parts, tx, request, origin)
  const { token, allowedOrigins, subject } = permit
  const time = now()
  const expires = time + timings.session
  if (!(await parts.ephemeralTokens.spend(tx, token, flowId))) throw tokenRefused('used')

  await insertFlow(tx.db, {
    id: flowId,
    account_id: token.accountId,
    token_hash: token.hash,
    app_key_hash: secretHash(request.app_key),
    origin: permit.origin,
    allowed_origins: JSON.stringify(allowedOrigins === 'any' ? [permit.origin] : allowedOrigins),
    function: request.function,
    type: subject.type,
    source_id: subject.sourceId,
    discovery_job_name: request.discovery_job_name ?? null,
    default_streams: request.default_streams ? JSON.stringify(request.default_streams) : null,
    locale: request.locale ?? null,
    walked: '[]',
    authorize_round: 0,
    status: 'open',
    created_at: time,
    active_at: time,
    session_expires_at: expires,
  })
  await tellPage(tx, events, flowId, 'claimed', {})
  return expires
}

/** What the request's token permits to this origin. @throws {AppError} the refusal; nothing is spent. */
async function readPermit(
  parts: ClaimParts,
  tx: Transaction,
  request: ClaimRequest,
  origin: string | undefined,
) {
  if (!request.ephemeral_token) throw tokenMissing()
  const token = await parts.ephemeralTokens.find(tx, request.ephemeral_token)
  if (!token) throw tokenRefused('invalid')
  if (token.isExpired) throw tokenRefused('expired')
  const allowedOrigins = effectiveOrigins(token, parts.origins)
  if (!origin || origin === 'null') throw tokenRefused('origin')
  if (allowedOrigins !== 'any' && !allowedOrigins.includes(origin)) throw tokenRefused('origin')
  const subject = await parts.findSubject(tx, token, request)
  if (token.isUsed) throw tokenRefused('used')
  return { token, origin, allowedOrigins, subject }
}

/** Whether a claim with another key could have been this flow's own, had it come first. */
async function couldHaveClaimed(
  parts: ClaimParts,
  tx: Transaction,
  flow: Flow,
  request: ClaimRequest,
  origin: string | undefined,
): Promise<boolean> {
  if (flow.origin !== origin || isSecret(request.app_key, flow.app_key_hash)) return false
  try {
    const { token } = await readPermit(parts, tx, request, origin)
    return token.accountId === flow.account_id
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}

function isRepeat(flow: Flow, request: ClaimRequest, origin: string | undefined): boolean {
  return (
    flow.origin === origin &&
    isSecret(request.app_key, flow.app_key_hash) &&
    request.ephemeral_token !== undefined &&
    isSecret(request.ephemeral_token, flow.token_hash)
  )
}

const insertFlow = compileOnce((db, flow: Insertable<Tables['flow']>) =>
  db.insertInto('flow').values({
    id: flow.id,
    account_id: flow.account_id,
    token_hash: flow.token_hash,
    app_key_hash: flow.app_key_hash,
    origin: flow.origin,
    allowed_origins: flow.allowed_origins,
    function: flow.function,
    type: flow.type,
    source_id: flow.source_id,
    discovery_job_name: flow.discovery_job_name,
    default_streams: flow.default_streams,
    locale: flow.locale,
    walked: flow.walked,
    authorize_round: flow.authorize_round,
    status: flow.status,
    created_at: flow.created_at,
    active_at: flow.active_at,
    session_expires_at: flow.session_expires_at,
  }),
)

/**
 * The token's origins, else the account's, within the operator's list. In development an account without
 * origins accepts any page, so that the first try works; production refuses.
 */
function effectiveOrigins(
  { allowedOrigins: own }: EphemeralToken,
  { allowedOrigins, isProduction }: OriginRules,
): readonly string[] | 'any' {
  if (own.length === 0 && !isProduction) return allowedOrigins ?? 'any'
  return allowedOrigins ? own.filter((origin) => allowedOrigins.includes(origin)) : own
}
