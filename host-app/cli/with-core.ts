import { pino } from 'pino'
import { readConfig, type Config } from '../server/config.ts'
import { secretsText, withDevelopmentSecrets } from '../server/development-secrets.ts'
import { createLog } from '../server/ground/log.ts'
import { createCore, type Core } from '../server/core.ts'
import { shell, tellLine } from './shell.ts'

/** The server's settings, from the same environment. @throws {ConfigError} */
export async function openConfig(): Promise<Config> {
  const { env, created } = await withDevelopmentSecrets(shell().env)
  const config = readConfig(env)
  if (created) tellLine(secretsText(created))
  return config
}

/** Works with the nouns on the server's own store, also beside a running server. @throws {ConfigError} */
export async function withCore<Result>(work: (core: Core) => Promise<Result>): Promise<Result> {
  const config = await openConfig()
  // Standard output is for what was asked.
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel, pino.destination(2))
  const core = await createCore(config, log, Date.now, { ownsStore: false })
  try {
    return await work(core)
  } finally {
    await core.connectorRunner.close()
    await core.database.close()
  }
}
