import process from 'node:process'
import { readConfig } from './config.ts'
import { secretsText, withDevelopmentSecrets } from './development-secrets.ts'
import { createLog } from './ground/log.ts'
import { startServer } from './start-server.ts'

/** How long a stop may take before the process leaves anyway, in milliseconds. */
const stopLimit = 10_000

/**
 * Starts the server on the settings of the environment; a signal stops it. Resolves once it listens.
 * @throws {ConfigError}
 */
export async function runServer(): Promise<void> {
  const { env, created } = await withDevelopmentSecrets(process.env)
  const config = readConfig(env)
  const log = createLog(config.logLevel)
  if (created) console.error(secretsText(created))
  const server = await startServer(config, log)

  let stoppedBy: NodeJS.Signals | null = null
  const stop = (signal: NodeJS.Signals) => {
    // Impatience is the same signal twice. Another one may come from a parent that was stopped with us.
    if (signal === stoppedBy) process.exit(1)
    if (stoppedBy !== null) return
    stoppedBy = signal
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), stopLimit).unref()
    server.stop().catch((error: unknown) => {
      log.error({ err: error }, 'the stop went wrong')
      process.exit(1)
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // A terminal that is closed; without one the server was never asked to go on.
  process.on('SIGHUP', stop)
  console.error(`Bobbin is at ${config.url}`)
}
