import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { createCore, type Core, type CoreOptions } from './core.ts'
import { createFlowParts, type FlowParts } from './flow-parts.ts'

/** Everything that the doors stand on. One set per process; tests make their own. */
export interface Services extends Core {
  readonly flows: FlowParts
}

export async function createServices(
  config: Config,
  log: Logger,
  now: () => number = Date.now,
  options: CoreOptions = {},
): Promise<Services> {
  const core = await createCore(config, log, now, options)
  return { ...core, flows: createFlowParts(core) }
}
