import type { Logger } from 'pino'
import type { CloseReason } from '@bobbin/shared/window-protocol'
import type { Database } from '../../store/database.ts'
import type { EventLog } from '../events/events.ts'
import type { Presence } from '../presence/presence.ts'
import type { FlowLifetime } from './flow-lifetime.ts'
import { changeFlow, findFlow, parseFlow } from './flow-row.ts'
import { tellPage } from './tell-page.ts'

/** What time does to flows, in this process. */
export interface FlowClock {
  /** Believes in the flows that were open at the last stop, and starts the clock. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** How often flows are looked through for those that time has ended. */
const sweepInterval = 1_000

export function createFlowClock({
  database,
  events,
  presence,
  lifetime,
  timings,
  now,
  log,
}: {
  database: Database
  events: EventLog
  presence: Presence
  lifetime: FlowLifetime
  /** How long a flow may stay untouched, and its window at a provider. */
  timings: { readonly flow: number; readonly away: number }
  now: () => number
  log: Pick<Logger, 'error'>
}): FlowClock {
  let sweeping: Promise<void> | null = null
  let clock: NodeJS.Timeout | null = null

  presence.onGone((flowId, reason) => {
    tellGone(flowId, reason, 'confirmed').catch((error: unknown) =>
      log.error({ flowId, err: error }, 'gone not told'),
    )
  })

  /** The window is believed gone. Nothing ends: the flow stays open and can be resumed. */
  function tellGone(flowId: string, reason: CloseReason, certainty: 'confirmed' | 'assumed'): Promise<void> {
    return database.write(async (tx) => {
      const flow = await findFlow(tx.db, flowId)
      const isAway = flow?.away_at !== null
      if (flow?.status !== 'open' || isAway !== (certainty === 'assumed')) return
      if (certainty === 'confirmed' && presence.isThere(flowId)) return
      if (isAway) await changeFlow(tx, flow, { away_at: null })
      await tellPage(tx, events, flowId, 'gone', { reason, certainty })
    })
  }

  async function sweep(): Promise<void> {
    const open = await database.read
      .selectFrom('flow')
      .selectAll()
      .where('status', '=', 'open')
      .where((eb) =>
        eb.or([
          eb('active_at', '<=', now() - timings.flow),
          eb('session_expires_at', '<=', now()),
          eb('away_at', '<=', now() - timings.away),
        ]),
      )
      .limit(500)
      .execute()
    for (const flow of open.map(parseFlow)) {
      if (lifetime.isOverdue(flow)) {
        // Somebody may have touched it meanwhile.
        await database.write(async (tx) => {
          const current = await findFlow(tx.db, flow.id)
          if (current) await lifetime.expire(tx, current)
        })
        presence.forget(flow.id)
      } else {
        await tellGone(flow.id, 'abandoned', 'assumed')
      }
    }
  }

  return {
    async start() {
      const believed = await database.read
        .selectFrom('flow')
        .select('id')
        .where('status', '=', 'open')
        .where('away_at', 'is', null)
        .where('doc_id', 'is not', null)
        .execute()
      for (const { id } of believed) presence.believe(id)
      clock = setInterval(() => {
        sweeping ??= sweep()
          .catch((error: unknown) => log.error({ err: error }, 'sweep failed'))
          .finally(() => (sweeping = null))
      }, sweepInterval)
    },
    async stop() {
      if (clock) clearInterval(clock)
      await sweeping
      presence.stop()
    },
  }
}
