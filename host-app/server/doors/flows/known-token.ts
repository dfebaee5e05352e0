import type { z } from 'zod'
import { claimRequest } from '@bobbin/shared/flow'
import { tokenMissing, tokenRefused } from '../../nouns/tokens/token-refusals.ts'
import { parseInput } from '../../http/parse-input.ts'
import type { Services } from '../../services.ts'
import { tellWaitingWizard } from './claim-refusals.ts'
import { findFlow } from '../../nouns/flows/flow-row.ts'
import { secretHash } from '../../ground/secret-hash.ts'
import type { UnclaimedFlows } from '../../nouns/presence/unclaimed-flows.ts'

/**
 * Anybody may send a claim, so before its depths are looked at (streams by the thousand) its token must be one
 * that was made here. What the token allows is the claim's own business.
 * @throws {AppError} InvalidBody, InvalidOptions, UpgradeEphemeralToken
 */
export async function requireKnownToken(
  { database, metrics }: Pick<Services, 'database' | 'metrics'>,
  unclaimed: UnclaimedFlows,
  flowId: string,
  claim: unknown,
): Promise<void> {
  const { ephemeral_token: token } = parseShallow(claim)
  const refusal = token === undefined ? tokenMissing() : tokenRefused('invalid')
  if (token !== undefined && (await isKnown(database, token))) return
  // Whoever repeats a claim, or comes second, is told so.
  if (await findFlow(database.read, flowId)) return
  metrics.claims.inc({ result: String(refusal.data['reason'] ?? refusal.code) })
  tellWaitingWizard(unclaimed, flowId, refusal)
  throw refusal
}

function parseShallow(claim: unknown): z.output<typeof claimRequest> {
  const isObject = typeof claim === 'object' && claim !== null
  return parseInput(claimRequest, isObject ? { ...claim, default_streams: undefined } : claim, 'InvalidBody')
}

async function isKnown({ read }: Services['database'], token: string): Promise<boolean> {
  const row = await read
    .selectFrom('ephemeral_token')
    .select('account_id')
    .where('token_hash', '=', secretHash(token))
    .executeTakeFirst()
  return row !== undefined
}
