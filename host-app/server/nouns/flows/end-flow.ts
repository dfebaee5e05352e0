import type { ErrorData } from '@bobbin/shared/error-reasons'
import type { Outcome } from '@bobbin/shared/flow'
import type { ErrorValue } from '@bobbin/shared/window-protocol'
import { pageErrors, type PageErrorCode } from '@bobbin/shared/page-errors'
import { type EventLog, tellAccount } from '../events/events.ts'
import type { Transaction } from '../../store/database.ts'
import { dropGrantAside } from '../credentials/credentials.ts'
import { findFlow, parseFlow, type Flow } from './flow-row.ts'
import { tellPage } from './tell-page.ts'

/**
 * Decides how a flow ended: once, whoever asks first. Returns the flow with the outcome that stands.
 * Stored, relayed and told to the account's feed in the caller's one transaction; who made the token learns from the feed
 * which of its names meant nothing.
 */
export async function endFlow(
  tx: Transaction,
  { events, now }: { events: EventLog; now: () => number },
  flow: Flow,
  outcome: Outcome,
  ignoredTokenStreams: readonly string[] = [],
): Promise<Flow> {
  const row = await tx.db
    .updateTable('flow')
    .set({
      status: outcome.kind,
      outcome: JSON.stringify(outcome),
      ended_at: now(),
      away_at: null,
      presets: null,
    })
    .where('id', '=', flow.id)
    .where('account_id', '=', flow.account_id)
    .where('status', '=', 'open')
    .returningAll()
    .executeTakeFirst()
  if (!row) return (await findFlow(tx.db, flow.id)) ?? flow
  // What became of the source is told before what became of the flow.
  await tx.settle()
  await dropGrantAside(tx, { accountId: flow.account_id, flowId: flow.id }, now())
  await tellPage(tx, events, flow.id, outcome.kind, relayData(outcome))
  await tellFeed(tx, events, flow, outcome, ignoredTokenStreams)
  return parseFlow(row)
}

/** **Cancel**, or **Discard** where what the flow made is deleted with it. After a refusal at the provider the page learns of that, not of a closed window. */
export async function cancelFlow(
  tx: Transaction,
  parts: { events: EventLog; now: () => number },
  flow: Flow,
  reason: 'cancelled' | 'closed' | 'aborted',
  isDiscarded = false,
): Promise<Flow> {
  const error = refusalError(flow)
  return endFlow(tx, parts, flow, { kind: 'cancelled', reason, error, discarded: isDiscarded })
}

async function tellFeed(
  tx: Transaction,
  events: EventLog,
  flow: Flow,
  outcome: Outcome,
  ignored: readonly string[],
): Promise<void> {
  const { id, function: name, type, account_id: accountId, source_id } = flow
  const ofFlow = { flow_id: id, function: name, type, source_id }
  if (outcome.kind === 'completed') {
    const { result } = outcome
    const completed = { ...ofFlow, ...result, source_id: result.id, ignored_token_streams: [...ignored] }
    await tellAccount(tx, events, accountId, 'flow.completed', completed)
  } else if (outcome.kind === 'cancelled') {
    await tellAccount(tx, events, accountId, 'flow.cancelled', { ...ofFlow, ...cancelledAs(outcome) })
  } else {
    await tellAccount(tx, events, accountId, 'flow.failed', { ...ofFlow, ...outcome.error })
  }
}

function cancelledAs({ reason, error, discarded }: Extract<Outcome, { kind: 'cancelled' }>) {
  return { reason, error, discarded }
}

/** What the relay's terminal event carries. */
function relayData(outcome: Outcome) {
  if (outcome.kind === 'completed') return outcome.result
  if (outcome.kind === 'cancelled') return cancelledAs(outcome)
  return outcome.error
}

/** A flow that ended by a failure of this code. */
export function failure<Code extends PageErrorCode>(code: Code, data: ErrorData<Code> = {}): Outcome {
  return { kind: 'failed', error: { code, message: pageErrors[code].sentence, data } }
}

/** What a refusal at the provider becomes when the flow ends without a later success. */
export function refusalError(flow: Pick<Flow, 'refusal'>): ErrorValue | null {
  if (!flow.refusal) return null
  return {
    code: 'AuthorizeFailure',
    message: pageErrors.AuthorizeFailure.sentence,
    data: {
      reason: flow.refusal.reason,
      providerCode: flow.refusal.provider_code,
    } satisfies ErrorData<'AuthorizeFailure'>,
  }
}
