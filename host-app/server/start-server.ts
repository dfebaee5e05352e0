import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { collectDefaultMetrics } from 'prom-client'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { tellExpiringGrants, watchKeyUsage } from './nouns/credentials/credentials.ts'
import { listen } from './http/listen.ts'
import { sealedColumns } from './sealed-columns.ts'
import { createServices, type Services } from './services.ts'
import { removeOldRuns } from './edges/connector-process/run-folders.ts'
import { makeDataFolder } from './store/data-folder.ts'
import { lockStore } from './store/sqlite/store-lock.ts'

export interface RunningServer {
  readonly app: FastifyInstance
  readonly services: Services
  /** Ends streams, lets requests in flight finish, puts work down and closes the store. */
  stop(): Promise<void>
}

const hour = 3_600_000
/** How often it is looked for checks that are to be repeated, in milliseconds. */
const lookForChecks = 5_000
/** How often it is looked for what other processes wrote, in milliseconds. */
const hearing = 1_000
/** How long a stop waits for requests in flight, in milliseconds; a supervisor's own patience is often ten seconds. */
const patience = 5_000

/**
 * Takes the store, builds the host app, listens, and only then takes up work: a start that fails touches nothing of
 * what another server has in hand.
 */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  await makeDataFolder(config.dataDir)
  const unlock = lockStore(config.dataDir)
  try {
    await removeOldRuns(config.dataDir)
    return await startOn(config, log, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

async function startOn(config: Config, log: Logger, unlock: () => void): Promise<RunningServer> {
  const services = await createServices(config, log)
  const { flows, connectorRunner, checkRunner, ephemeralTokens, accessTokens, tokenUses, database } = services
  const { customerTokens, pageSessions, popupLogins, partnerCodes, idempotentReplies } = services
  const { checks, webhooks, deliveryWorker, renewalWorker, revocationWorker } = services
  collectDefaultMetrics({ register: services.metrics.registry })
  watchKeyUsage({ ...services, columns: sealedColumns })
  const app = await createApp(services)
  let timers: NodeJS.Timeout[] = []
  const tellExpiring = () => {
    tellExpiringGrants(services).catch((error: unknown) =>
      log.error({ err: error }, 'the grants were not looked at'),
    )
  }
  function tidy(): void {
    tellExpiring()
    services.oauth
      .tellMissed()
      .catch((error: unknown) => log.error({ err: error }, 'the trips were not looked at'))
    const perishable = [ephemeralTokens, accessTokens, customerTokens, pageSessions, partnerCodes]
    const windows = [popupLogins, flows.authorizations]
    for (const old of [...perishable, ...windows, idempotentReplies, checks, webhooks]) {
      old.deleteOld().catch((error: unknown) => log.error({ err: error }, 'old rows were not deleted'))
    }
  }
  function repeatChecks(): void {
    checks
      .repeatDue()
      .catch((error: unknown) =>
        log.error({ err: error }, 'the checks that are due again were not looked for'),
      )
  }
  function hearOthers(): void {
    services.events
      .hearOthers()
      .catch((error: unknown) => log.error({ err: error }, 'the events of others were not looked for'))
  }

  async function stop() {
    for (const timer of timers) clearInterval(timer)
    const impatience = setTimeout(() => app.server.closeAllConnections(), patience)
    await app.close()
    clearTimeout(impatience)
    await flows.clock.stop()
    await Promise.all([checkRunner, deliveryWorker, renewalWorker, revocationWorker].map((one) => one.stop()))
    await connectorRunner.close()
    await tokenUses.flush()
    await database.close()
    unlock()
  }

  try {
    await listen(app, config)
    await flows.clock.start()
  } catch (error) {
    await stop()
    throw error
  }
  checkRunner.start()
  deliveryWorker.start()
  renewalWorker.start()
  revocationWorker.start()
  connectorRunner.warmUp()
  tellExpiring()
  timers = [
    setInterval(tidy, hour),
    setInterval(hearOthers, hearing),
    setInterval(repeatChecks, Math.min(lookForChecks, config.timings.recheck)),
  ]
  return { app, services, stop }
}
