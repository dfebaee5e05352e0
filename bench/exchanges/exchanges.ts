import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchOptions } from '../bench.ts'
import type { Row } from '../row.ts'
import { startBareServer } from '../servers/bare.ts'
import { startHostApp, type HostApp } from '../servers/host-app.ts'
import { inWorkFolder } from '../servers/work-folder.ts'
import { median, pairedRatio, percentile } from '../statistics.ts'
import { claimRequest } from './claim-request.ts'
import { sendAll, type LoadResult } from './load.ts'

const origin = 'https://customer.example'
const type = 'platform.bench'

/** Requests in one round, by the number of connections. */
const cells = [
  { connections: 100, requests: 8_000 },
  { connections: 10, requests: 4_000 },
] as const

const warmUpRequests = 3_000

interface Round {
  readonly ours: LoadResult
  readonly bare: LoadResult
}

/**
 * Ephemeral tokens exchanged for sessions per second: claims with fresh tokens, each spent once and on the
 * disk before its answer, beside a bare server that is sent the same bytes.
 */
export function measureExchanges({ rounds, profileFolder }: BenchOptions): Promise<Row[]> {
  return inWorkFolder(async (folder) => {
    const bare = await startBareServer(folder)
    const hostApp = await startHostApp({ folder, origin, profileFolder })
    let acknowledged = 0
    try {
      /** Sends the same number of fresh claims to each; who goes first changes from round to round. */
      async function runRound(connections: number, count: number, isOursFirst: boolean): Promise<Round> {
        const requests = (await hostApp.createTokens(count)).map((token) =>
          claimRequest({ token, origin, type }),
        )
        const others = Array.from({ length: count }, () =>
          claimRequest({ token: `bob_eph_${randomBytes(32).toString('base64url')}`, origin, type }),
        )
        const load = {
          ours: () => sendAll({ port: hostApp.port, connections, requests }),
          bare: () => sendAll({ port: bare.port, connections, requests: others }),
        }
        await sleep(200)
        const first = isOursFirst ? await load.ours() : await load.bare()
        await sleep(200)
        const second = isOursFirst ? await load.bare() : await load.ours()
        const round = isOursFirst ? { ours: first, bare: second } : { ours: second, bare: first }
        refuseRefusals(round)
        acknowledged += count
        return round
      }

      await runRound(50, warmUpRequests, true)
      const results = cells.map(({ connections }) => ({ connections, rounds: [] as Round[] }))
      for (let number = 0; number < rounds; number++) {
        for (const [index, { connections, requests }] of cells.entries()) {
          results[index]!.rounds.push(await runRound(connections, requests, number % 2 === 0))
        }
      }
      await proveSingleUse(hostApp)
      acknowledged++
      // A profile is written at an orderly end only.
      await hostApp.stop(profileFolder === null ? 'SIGKILL' : 'SIGTERM')
      proveDurability(hostApp, acknowledged)
      return results.flatMap(({ connections, rounds: of }) => rowsOf(connections, of))
    } finally {
      await hostApp.stop()
      await bare.stop()
    }
  })
}

function rowsOf(connections: number, rounds: readonly Round[]): Row[] {
  const perSecond = {
    ours: rounds.map(({ ours }) => ours.perSecond),
    bare: rounds.map(({ bare }) => bare.perSecond),
  }
  const late = {
    ours: rounds.map(({ ours }) => percentile(ours.latencies, 0.99)),
    bare: rounds.map(({ bare }) => percentile(bare.latencies, 0.99)),
  }
  const middle = {
    ours: median(rounds.map(({ ours }) => percentile(ours.latencies, 0.5))),
    bare: median(rounds.map(({ bare }) => percentile(bare.latencies, 0.5))),
  }
  const at = `at ${connections} connections (SQLite)`
  const isTarget = connections === 100
  return [
    {
      what: `token exchanges ${at}`,
      unit: '/s',
      ours: median(perSecond.ours),
      anchor: { name: 'bare node:http', value: median(perSecond.bare) },
      limit: isTarget ? { of: 'ratio', atLeast: 0.4 } : null,
      detail: {
        paired: pairedRatio(perSecond.ours, perSecond.bare),
        ours_p50_ms: middle.ours,
        bare_p50_ms: middle.bare,
        rounds: rounds.length,
      },
    },
    {
      what: `the same, p99 ${at}`,
      unit: 'ms',
      ours: median(late.ours),
      anchor: { name: 'bare node:http', value: median(late.bare) },
      limit: isTarget ? { of: 'ratio', atMost: 4 } : null,
      detail: { paired: pairedRatio(late.ours, late.bare) },
    },
  ]
}

/** A figure that counts refusals as work done would be a lie. */
function refuseRefusals(round: Round): void {
  for (const [who, { refused }] of Object.entries(round)) {
    if (refused.size > 0) {
      throw new Error(`${who} refused requests: ${JSON.stringify(Object.fromEntries(refused))}`)
    }
  }
}

/** Of many claims with one token, for as many flows, at the same time, one is granted. */
async function proveSingleUse({ port, createTokens }: HostApp): Promise<void> {
  const [token] = await createTokens(1)
  const requests = Array.from({ length: 50 }, () => claimRequest({ token: token!, origin, type }))
  const { refused } = await sendAll({ port, connections: 50, requests })
  if (refused.get(409) !== 49) {
    throw new Error(`One token, 50 claims: refused ${JSON.stringify(Object.fromEntries(refused))}`)
  }
}

/** What was acknowledged is on the disk, although the process was killed. */
function proveDurability({ databaseFile }: HostApp, acknowledged: number): void {
  const database = new DatabaseSync(databaseFile)
  try {
    const row = database
      .prepare('select count(*) as spent from ephemeral_token where used_at is not null')
      .get()
    if (row?.['spent'] !== acknowledged) {
      throw new Error(`${acknowledged} claims were acknowledged, ${String(row?.['spent'])} are on the disk.`)
    }
  } finally {
    database.close()
  }
}
