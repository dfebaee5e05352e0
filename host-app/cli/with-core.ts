import process from 'node:process'
import { pino } from 'pino'
import { readConfig, type Config } from '../server/config.ts'
import { secretsText, withDevelopmentSecrets } from '../server/development-secrets.ts'
import { createLog } from '../server/ground/log.ts'
import { createCore, type Core } from '../server/core.ts'

/** The server's settings, from the same environment. @throws {ConfigError} */
export async function openConfig(): Promise<Config> {
  const { env, created } = await withDevelopmentSecrets(process.env)
  const config = readConfig(env)
  if (created) console.error(secretsText(created))
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

/** Aborts at Ctrl+C and at a polite kill; the same again ends the process at once. */
export function untilStopped(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  return stop.signal
}
