import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { hpPostgres } from '../../host-app/connectors/hp-postgres/connector.ts'
import { callConnector } from '../../host-app/server/edges/connector-process/call-connector.ts'
import { createConnectorProcesses } from '../../host-app/server/edges/connector-process/connector-processes.ts'
import type {
  ConnectorRunner,
  TaskListener,
} from '../../host-app/server/edges/connector-process/connector-runner.ts'
import { prepareChildren } from '../../host-app/server/edges/connector-process/prepare-children.ts'
import type { ConnectorChild } from '../../host-app/server/edges/connector-process/spawn-child.ts'
import { createOutbound } from '../../host-app/server/edges/outbound/outbound.ts'
import { startPostgres } from '../../scripts/postgres-server.mjs'
import type { BenchOptions } from '../bench-options.ts'
import type { Row } from '../row.ts'
import { inWorkFolder } from '../servers/work-folder.ts'
import { median, pairedRatio } from '../statistics.ts'

const tables = 200
const setup = { demoCrmUrl: null, connectorModules: [], allowPrivateNetworks: true }
const memoryLimit = 384 * 1024 ** 2
/** Milliseconds in which a process has certainly come up. */
const comeUp = 2_500

/**
 * What it costs to check and discover a real database in a process of its own, taken warm or started for
 * it, against doing the same in the server's. The one part that does not measure what is served: a server
 * without isolation does not exist any more.
 */
export function measureIsolation({ rounds }: BenchOptions): Promise<Row[]> {
  return inWorkFolder((dataDir) => measureIn(dataDir, rounds))
}

async function measureIn(dataDir: string, rounds: number): Promise<Row[]> {
  const postgres = await startPostgres()
  const warm = createConnectorProcesses({ ...setup, dataDir, memoryLimit, warm: 1 })
  const cold = createConnectorProcesses({ ...setup, dataDir, memoryLimit, warm: 0 })
  try {
    for (let number = 0; number < tables; number += 1) {
      await postgres.query(`create table t${number} (id integer primary key, note text, at timestamptz)`)
    }
    const settings = {
      host: postgres.host,
      port: String(postgres.port),
      dbname: 'postgres',
      user: 'postgres',
      password: postgres.password,
      ssl: 'disable',
    }
    const task = { type: 'platform.hp-postgres', calls: 'check', settings, grant: null } as const
    const outbound = createOutbound({ allowPrivateNetworks: true })
    const signal = new AbortController().signal
    const contenders = {
      here: () => timed((listener) => callConnector(hpPostgres, task, { ...outbound, signal }, listener)),
      warm: () => timed((listener) => run(warm, listener)),
      cold: () => timed((listener) => run(cold, listener)),
    }
    const run = (runner: ConnectorRunner, listener: TaskListener) => runner.run(task, listener, signal)
    const times: Record<keyof typeof contenders, number[]> = { here: [], warm: [], cold: [] }
    for (let round = -1; round < rounds; round += 1) {
      const names = Object.keys(contenders) as (keyof typeof contenders)[]
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        if (name === 'warm') {
          warm.warmUp()
          await delay(comeUp)
        }
        const time = await contenders[name]()
        if (round >= 0) times[name].push(time)
      }
    }
    const maker = await prepareChildren(setup, { folder: dataDir, memoryLimit }, signal)
    const memory = await idleMemory(maker.spawn)
    const row = (name: 'warm' | 'cold', what: string): Row => ({
      what: `check of ${tables} tables in a process of its own, ${what}`,
      unit: 'ms',
      ours: median(times[name]),
      anchor: { name: 'in the server', value: median(times.here) },
      limit: null,
      detail: { paired: pairedRatio(times[name], times.here), idle_process_mb: memory, rounds },
    })
    return [row('warm', 'kept ready'), row('cold', 'started for it')]
  } finally {
    await Promise.all([warm.close(), cold.close()])
    await postgres.stop()
  }
}

/** Milliseconds. Throws unless all tables were found. */
async function timed(work: (listener: TaskListener) => Promise<unknown>): Promise<number> {
  let found = 0
  const startedAt = performance.now()
  await work({
    phase() {},
    log() {},
    unnamed() {},
    stream() {
      found += 1
      return Promise.resolve()
    },
  })
  if (found !== tables) throw new Error(`Found ${found} of ${tables} tables.`)
  return performance.now() - startedAt
}

/** Megabytes of resident memory that a process has while it waits; NaN where the kernel does not tell. */
async function idleMemory(spawnChild: () => ConnectorChild): Promise<number> {
  const child = spawnChild()
  await delay(comeUp)
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024)
  } catch {
    return NaN
  } finally {
    child.kill()
    await child.ended
  }
}
