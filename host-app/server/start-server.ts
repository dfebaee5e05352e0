import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { collectDefaultMetrics } from 'prom-client'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { tellExpiringGrants } from './credentials/expiring-grants.ts'
import { watchKeys } from './metrics/watch-keys.ts'
import { createServices, type Services } from './services.ts'

export interface RunningServer {
  readonly app: FastifyInstance
  readonly services: Services
  /** Ends streams, lets requests in flight finish, puts work down and closes the store. */
  stop(): Promise<void>
}

const hour = 3_600_000
/** How often it is looked for what other processes wrote, in milliseconds. */
const hearing = 1_000

/** Builds the host app, takes up its work and listens. */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const services = await createServices(config, log)
  const { flows, connectorRunner, checkRunner, sessions, accessTokens, tokenUses, database } = services
  const { partnerCodes, idempotentReplies, checks, webhooks, deliveryWorker } = services
  collectDefaultMetrics({ register: services.metrics.registry })
  watchKeys(services)
  const app = await createApp(services)
  await flows.start()
  checkRunner.start()
  deliveryWorker.start()
  const tellExpiring = () => {
    tellExpiringGrants(services).catch((error: unknown) =>
      log.error({ err: error }, 'the grants were not looked at'),
    )
  }
  tellExpiring()
  const tidying = setInterval(() => {
    tellExpiring()
    for (const old of [sessions, accessTokens, partnerCodes, idempotentReplies, checks, webhooks]) {
      old.deleteOld().catch((error: unknown) => log.error({ err: error }, 'old rows were not deleted'))
    }
  }, hour)
  const hearingOthers = setInterval(() => {
    services.events
      .hearOthers()
      .catch((error: unknown) => log.error({ err: error }, 'the events of others were not looked for'))
  }, hearing)

  async function stop() {
    clearInterval(tidying)
    clearInterval(hearingOthers)
    await app.close()
    await flows.stop()
    await Promise.all([checkRunner.stop(), deliveryWorker.stop()])
    await connectorRunner.close()
    await tokenUses.flush()
    await database.close()
  }

  try {
    await listen(app, config)
  } catch (error) {
    await stop()
    throw error
  }
  connectorRunner.warmUp()
  return { app, services, stop }
}

async function listen(app: FastifyInstance, { port, listenHost }: Config): Promise<void> {
  try {
    await app.listen({ port, host: listenHost })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (listenHost !== '::' || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) throw error
    // A machine without IPv6.
    await app.listen({ port, host: '0.0.0.0' })
  }
}
