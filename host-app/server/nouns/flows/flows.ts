import type { FastifyInstance } from 'fastify'
import type { CloseReason } from '@bobbin/shared/window-protocol'
import type { Services } from '../../services.ts'
import { registerCallbackRoutes } from '../../doors/flows/callback-routes.ts'
import { findFlow, parseFlow } from './flow-row.ts'
import { registerPageRoutes } from '../../doors/flows/page-routes.ts'
import { limitPosts } from '../../doors/flows/limit-posts.ts'
import { createPresence } from '../presence/presence.ts'
import { registerRelayRoutes } from '../../doors/flows/relay-routes.ts'
import { tellPage } from './tell-page.ts'
import { createUnclaimedFlows } from '../presence/unclaimed-flows.ts'
import { expire, isOverdue } from '../../doors/flows/wizard-access.ts'
import { createWizardCookies } from '../../doors/flows/wizard-cookie.ts'
import { loadWizardPages } from '../../http/wizard-page.ts'
import { registerWizardRoutes } from '../../doors/flows/wizard-routes.ts'

/** The flows of this process: their routes, who is there, and what time does to them. */
export interface Flows {
  registerRoutes(app: FastifyInstance): void
  /** Believes in the flows that were open at the last stop, and starts the clock. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** How often flows are looked through for those that time has ended. */
const sweepInterval = 1_000

export async function createFlows(services: Omit<Services, 'flows'>): Promise<Flows> {
  const all = services as Services
  const { database, events, config, now, log } = services
  const cookies = createWizardCookies({
    url: config.url,
    keys: config.encryptionKeys,
    lifetime: config.timings.session,
    now,
  })
  const unclaimed = createUnclaimedFlows(now)
  const presence = createPresence({ timings: config.timings, onGone })
  const sendPage = await loadWizardPages()
  let sweeping: Promise<void> | null = null
  let clock: NodeJS.Timeout | null = null

  function onGone(flowId: string, reason: CloseReason): void {
    tellGone(flowId, reason, 'confirmed').catch((error: unknown) =>
      log.error({ flowId, err: error }, 'gone not told'),
    )
  }

  /** The window is believed gone. Nothing ends: the flow stays open and can be resumed. */
  function tellGone(flowId: string, reason: CloseReason, certainty: 'confirmed' | 'assumed'): Promise<void> {
    return database.write(async (tx) => {
      const flow = await findFlow(tx.db, flowId)
      const isAway = flow?.away_at !== null
      if (flow?.status !== 'open' || isAway !== (certainty === 'assumed')) return
      if (certainty === 'confirmed' && presence.isThere(flowId)) return
      if (isAway) {
        await tx.db
          .updateTable('flow')
          .set({ away_at: null })
          .where('id', '=', flow.id)
          .where('account_id', '=', flow.account_id)
          .execute()
      }
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
          eb('active_at', '<=', now() - config.timings.flow),
          eb('session_expires_at', '<=', now()),
          eb('away_at', '<=', now() - config.timings.away),
        ]),
      )
      .limit(500)
      .execute()
    for (const flow of open.map(parseFlow)) {
      if (isOverdue(services, flow)) {
        await expire(services, flow)
        presence.forget(flow.id)
      } else {
        await tellGone(flow.id, 'abandoned', 'assumed')
      }
    }
  }

  return {
    registerRoutes(app) {
      registerRelayRoutes(app, all, { presence, unclaimed })
      app.register(async (wizard) => {
        limitPosts(wizard, { url: config.url, cookies, now })
        registerWizardRoutes(wizard, all, { cookies, presence, unclaimed })
      })
      registerCallbackRoutes(app, all, { cookies, presence, sendPage })
      registerPageRoutes(app, all, { cookies, presence, unclaimed, sendPage })
    },
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
