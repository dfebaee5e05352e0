import { claimRequest } from '@bobbin/shared/flow'
import { AppError } from '../../ground/app-error.ts'
import type { Metrics } from '../../ground/metrics.ts'
import { parseInput } from '../../http/parse-input.ts'
import {
  type ClaimFlow,
  type ClaimReply,
  type ClaimRequest,
  cancelFlow,
  findFlow,
} from '../../nouns/flows/flows.ts'
import type { EventLog } from '../../nouns/events/events.ts'
import type { Presence, UnclaimedFlows } from '../../nouns/presence/presence.ts'
import { type EphemeralTokens, tokenMissing, tokenRefused } from '../../nouns/tokens/tokens.ts'
import type { Database } from '../../store/database.ts'

/** Takes the page's claims, which come from the page itself, or by its wizard. */
export interface ClaimTaking {
  /**
   * Anybody may send a claim, so before its depths are looked at (streams by the thousand) its token must be one
   * that was made here. What the token allows is the claim's own business.
   * @throws {AppError} InvalidBody, InvalidOptions, UpgradeEphemeralToken
   */
  requireKnownToken(flowId: string, claim: unknown): Promise<void>
  /** Claims, and does what the window did before that; or tells the window that waits why not. Throws as claims do. */
  take(flowId: string, claim: ClaimRequest, origin: string | undefined): Promise<ClaimReply>
}

/** What a claim meets of its flow's window. */
interface WaitingWindow {
  readonly presence: Pick<Presence, 'hasStream' | 'claimed'>
  readonly unclaimed: Pick<UnclaimedFlows, 'claimed' | 'refuse'>
}

export function createClaimTaking({
  database,
  events,
  claimFlow,
  ephemeralTokens,
  window: { presence, unclaimed },
  metrics,
  now,
}: {
  database: Database
  events: EventLog
  claimFlow: ClaimFlow
  ephemeralTokens: Pick<EphemeralTokens, 'isKnown'>
  window: WaitingWindow
  metrics: Pick<Metrics, 'claims'>
  now: () => number
}): ClaimTaking {
  /** The window that waits for this claim shows why it was refused. Other failures are not its business. */
  function refuse(flowId: string, error: AppError): void {
    const { code, message, data } = error
    metrics.claims.inc({ result: String(data['reason'] ?? code) })
    if (
      code === 'UpgradeEphemeralToken' ||
      code === 'UnknownSourceType' ||
      code === 'AuthorizeFailure' ||
      code === 'SourceNotFound' ||
      code === 'InvalidOptions'
    ) {
      unclaimed.refuse(flowId, { code, message, data })
    }
  }

  /**
   * What the window did while nobody had claimed its flow yet, and what the page is told of now: its person
   * pressed **Cancel**, or it has gone.
   */
  async function afterClaim(flowId: string): Promise<void> {
    const { isWithdrawn } = unclaimed.claimed(flowId)
    // A window that was given up has closed. One that is there is another's, who did not press anything.
    if (isWithdrawn && !presence.hasStream(flowId)) {
      await database.write(async (tx) => {
        const flow = await findFlow(tx.db, flowId)
        if (flow) await cancelFlow(tx, { events, now }, flow, 'cancelled')
      })
    }
    presence.claimed(flowId)
  }

  return {
    async requireKnownToken(flowId, claim) {
      const { ephemeral_token: token } = parseShallow(claim)
      if (token !== undefined && (await ephemeralTokens.isKnown(token))) return
      // Whoever repeats a claim, or comes second, is told so.
      if (await findFlow(database.read, flowId)) return
      const refusal = token === undefined ? tokenMissing() : tokenRefused('invalid')
      refuse(flowId, refusal)
      throw refusal
    },

    async take(flowId, claim, origin) {
      try {
        const reply = await claimFlow(flowId, claim, origin)
        metrics.claims.inc({ result: 'claimed' })
        await afterClaim(flowId)
        return reply
      } catch (error) {
        if (error instanceof AppError) refuse(flowId, error)
        throw error
      }
    },
  }
}

function parseShallow(claim: unknown): ClaimRequest {
  const isObject = typeof claim === 'object' && claim !== null
  return parseInput(claimRequest, isObject ? { ...claim, default_streams: undefined } : claim, 'InvalidBody')
}
