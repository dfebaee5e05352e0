import type { Insertable } from 'kysely'
import type { Logger } from 'pino'
import type { z } from 'zod'
import type { claimReply } from '@bobbin/shared/flow'
import type { Timings } from '@bobbin/shared/timings'
import { AppError } from '../../ground/app-error.ts'
import { type EphemeralTokens, tokenMissing, tokenRefused } from '../tokens/tokens.ts'
import type { EventLog } from '../events/events.ts'
import { compileOnce } from '../../store/compile-once.ts'
import type { Database, Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import type { ClaimRequest, FindClaimSubject } from './claim-subject.ts'
import { endFlow, failure } from './end-flow.ts'
import { bindFlow } from './bind-flow.ts'
import { findFlow, type Flow } from './flow-row.ts'
import { OriginRefused, requireOrigin, type OriginRules } from './page-origin.ts'
import { tellPage } from './tell-page.ts'
import { isSecret, secretHash } from '../../ground/secret-hash.ts'

export type ClaimReply = z.infer<typeof claimReply>
/** What claims stand on. */
interface ClaimParts {
  readonly database: Pick<Database, 'write'>
  readonly events: EventLog
  readonly ephemeralTokens: Pick<EphemeralTokens, 'find' | 'spend'>
  readonly findSubject: FindClaimSubject
  readonly origins: OriginRules
  readonly timings: Timings
  readonly now: () => number
  readonly log: Pick<Logger, 'warn' | 'error'>
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
    const result = await parts.database
      .write((tx) => claim(parts, tx, flowId, request, origin))
      .catch((error: unknown) => {
        if (error instanceof OriginRefused) noteRefusedOrigin(parts, error)
        if (error instanceof AppError && error.code === 'AuthorizeFailure') noteMissingClient(parts, error)
        throw error
      })
    // A refusal may have stopped the flow, so it is thrown after the commit.
    if (result instanceof AppError) throw result
    return { flow_id: flowId, timings: parts.timings, session_expires_at: result }
  }
}

/**
 * Claims a flow by this server itself, in the caller's transaction: what a page would have sent, checked as that is. The flow
 * has its browser at once, so that no other can be the first to get there.
 * @throws {AppError} what refuses a claim
 */
export type ClaimForBrowser = (
  tx: Transaction,
  flowId: string,
  request: ClaimRequest,
  page: { origin: string; cookieHash: string },
) => Promise<void>

export function createClaimForBrowser(parts: ClaimParts): ClaimForBrowser {
  return async function claimForBrowser(tx, flowId, request, { origin, cookieHash }) {
    const result = await claim(parts, tx, flowId, request, origin)
    if (result instanceof AppError) throw result
    const flow = await findFlow(tx.db, flowId)
    if (!flow) throw new Error('A claimed flow must be there.')
    await bindFlow(tx, flow, cookieHash)
  }
}

/** The operator is asked first when nothing opens: the log says whose page was refused, and why. */
function noteRefusedOrigin(
  { log }: Pick<ClaimParts, 'log'>,
  { accountId, data, message }: OriginRefused,
): void {
  const { reason, origin } = data
  log.warn({ accountId, reason, origin }, `a page was refused: ${message}`)
}

function noteMissingClient({ log }: Pick<ClaimParts, 'log'>, { data }: AppError): void {
  log.error(
    { type: data['type'] },
    'A flow could not begin: there is no OAuth client for its type. See `bobbin doctor`.',
  )
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
  const permit = await readPermit(parts, tx, flowId, request, origin)
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
    token_streams: token.streams ? JSON.stringify(token.streams) : null,
    presets: subject.presets,
    oauth_client_id: token.oauthClientId,
    locale: request.locale ?? null,
    walked: '[]',
    made: '[]',
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
  flowId: string,
  request: ClaimRequest,
  origin: string | undefined,
) {
  if (!request.ephemeral_token) throw tokenMissing()
  const token = await parts.ephemeralTokens.find(tx, request.ephemeral_token)
  if (!token) throw tokenRefused('invalid')
  if (token.isExpired) throw tokenRefused('expired')
  const permitted = requireOrigin(token, origin, parts.origins)
  const subject = await parts.findSubject(tx, token, request, flowId)
  if (token.isUsed) throw tokenRefused('used')
  return { token, ...permitted, subject }
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
    const { token } = await readPermit(parts, tx, flow.id, request, origin)
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
    token_streams: flow.token_streams,
    presets: flow.presets,
    oauth_client_id: flow.oauth_client_id,
    locale: flow.locale,
    walked: flow.walked,
    made: flow.made,
    authorize_round: flow.authorize_round,
    status: flow.status,
    created_at: flow.created_at,
    active_at: flow.active_at,
    session_expires_at: flow.session_expires_at,
  }),
)
