import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchOptions } from '../bench-options.ts'
import type { Row } from '../row.ts'
import { startBareServer } from '../servers/bare.ts'
import type { ChildServer } from '../servers/child-server.ts'
import { startHostApp } from '../servers/host-app.ts'
import { sendAll, type LoadResult } from '../servers/load.ts'
import { inWorkFolder } from '../servers/work-folder.ts'
import { median, pairedRatio, percentile } from '../statistics.ts'
import { claimRequest } from './claim-request.ts'

const origin = 'https://customer.example'
const type = 'platform.bench'

/** Requests to each contender in one round, by the number of connections. */
const cells = [
  { connections: 100, requests: 5_000 },
  { connections: 10, requests: 3_000 },
] as const

const warmUpRequests = 3_000
/** Claims that race for one token. */
const racers = 50

interface Contender {
  readonly server: ChildServer
  readonly nextToken: () => string
}
type Load = LoadResult & { readonly cpuSeconds: number | null }
interface Round {
  readonly ours: Load
  readonly bare: Load
}

/**
 * Ephemeral tokens exchanged for sessions per second: claims with fresh tokens, each spent once and on the
 * disk before its answer, beside a bare server that is sent the same bytes.
 */
export function measureExchanges({ rounds, profileFolder }: BenchOptions): Promise<Row[]> {
  return inWorkFolder(async (folder) => {
    const perRound = cells.reduce((sum, cell) => sum + cell.requests, 0)
    const tokens = await makeTokens(folder, warmUpRequests + rounds * perRound + 1)
    const bare = await startBareServer(folder)
    const hostApp = await startHostApp({ folder, origin, profileFolder })
    try {
      const contenders = {
        ours: { server: hostApp, nextToken: () => tokens.pop()! },
        bare: { server: bare, nextToken: () => `bob_eph_${randomBytes(32).toString('base64url')}` },
      }
      const last = tokens.shift()!
      await runRound(contenders, { connections: 50, requests: warmUpRequests }, true)
      const results = cells.map((cell) => ({ cell, rounds: [] as Round[] }))
      for (let number = 0; number < rounds; number++) {
        for (const { cell, rounds: done } of results) {
          done.push(await runRound(contenders, cell, number % 2 === 0))
        }
      }
      await proveSingleUse(hostApp.port, last)
      // A profile is written at an orderly end only.
      await hostApp.stop(profileFolder === null ? 'SIGKILL' : 'SIGTERM')
      proveDurability(hostApp.databaseFile, warmUpRequests + rounds * perRound + 1)
      return results.flatMap(({ cell, rounds: done }) => rowsOf(cell.connections, done))
    } finally {
      await hostApp.stop()
      await bare.stop()
    }
  })
}

/** A process of its own makes them, so that the measured one (and its profile) sees claims only. */
async function makeTokens(folder: string, count: number): Promise<string[]> {
  const hostApp = await startHostApp({ folder, origin })
  try {
    return await hostApp.createTokens(count)
  } finally {
    await hostApp.stop()
  }
}

/** Sends each contender as many fresh claims; who goes first changes from round to round. */
async function runRound(
  { ours, bare }: { ours: Contender; bare: Contender },
  cell: { connections: number; requests: number },
  isOursFirst: boolean,
): Promise<Round> {
  const first = await load(isOursFirst ? ours : bare, cell)
  const second = await load(isOursFirst ? bare : ours, cell)
  return isOursFirst ? { ours: first, bare: second } : { ours: second, bare: first }
}

async function load(
  { server, nextToken }: Contender,
  { connections, requests: count }: { connections: number; requests: number },
): Promise<Load> {
  const requests = Array.from({ length: count }, () => claimRequest({ token: nextToken(), origin, type }))
  await sleep(200)
  const before = server.cpuSeconds()
  const result = await sendAll({ port: server.port, connections, requests })
  const after = server.cpuSeconds()
  // A figure that counts refusals as work done would be a lie.
  if (result.refused.size > 0) throw new Error(`Claims were refused: ${written(result.refused)}`)
  return { ...result, cpuSeconds: before === null || after === null ? null : after - before }
}

function rowsOf(connections: number, rounds: readonly Round[]): Row[] {
  const both = (figure: (load: Load) => number) => ({
    ours: rounds.map(({ ours }) => figure(ours)),
    bare: rounds.map(({ bare }) => figure(bare)),
  })
  const rate = both((one) => one.perSecond)
  const late = both((one) => percentile(one.latencies, 0.99))
  const middle = both((one) => percentile(one.latencies, 0.5))
  const cpu = both((one) => ((one.cpuSeconds ?? NaN) / one.latencies.length) * 1e6)
  const isTarget = connections === 100
  return [
    {
      what: `token exchanges at ${connections} connections (SQLite)`,
      unit: '/s',
      ours: median(rate.ours),
      anchor: { name: 'bare node:http', value: median(rate.bare) },
      limit: isTarget ? { of: 'ratio', atLeast: 0.4 } : null,
      detail: {
        paired: pairedRatio(rate.ours, rate.bare),
        ours_p50_ms: median(middle.ours),
        bare_p50_ms: median(middle.bare),
        ours_cpu_us_each: median(cpu.ours),
        bare_cpu_us_each: median(cpu.bare),
        rounds: rounds.length,
      },
    },
    {
      what: `the same, p99 at ${connections} connections (SQLite)`,
      unit: 'ms',
      ours: median(late.ours),
      anchor: { name: 'bare node:http', value: median(late.bare) },
      limit: isTarget ? { of: 'ratio', atMost: 4 } : null,
      detail: { paired: pairedRatio(late.ours, late.bare) },
    },
  ]
}

/** Of many claims with one token, for as many flows, at the same time, one is granted. */
async function proveSingleUse(port: number, token: string): Promise<void> {
  const requests = Array.from({ length: racers }, () => claimRequest({ token, origin, type }))
  const { refused } = await sendAll({ port, connections: racers, requests })
  if (refused.get(409) !== racers - 1) {
    throw new Error(`One token, ${racers} claims; refused were ${written(refused)}.`)
  }
}

/** What was acknowledged is in the file, although the process was killed. */
function proveDurability(databaseFile: string, acknowledged: number): void {
  const database = new DatabaseSync(databaseFile)
  try {
    const query = 'select count(*) as spent from ephemeral_token where used_at is not null'
    const spent = Number(database.prepare(query).get()?.['spent'])
    if (spent !== acknowledged) throw new Error(`${acknowledged} claims were granted, ${spent} are stored.`)
  } finally {
    database.close()
  }
}

function written(refused: ReadonlyMap<number, number>): string {
  return [...refused].map(([status, count]) => `${count} × ${status}`).join(', ') || 'none'
}
