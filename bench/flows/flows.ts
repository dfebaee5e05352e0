import type { BenchOptions } from '../bench-options.ts'
import type { Row } from '../row.ts'
import { startHostApp } from '../servers/host-app.ts'
import { inWorkFolder } from '../servers/work-folder.ts'
import { median, percentile } from '../statistics.ts'
import { walkFlow } from './walk-flow.ts'

const origin = 'https://customer.example'
const type = 'platform.bench'
const flowsPerRound = 80
/** Flows under way at a time. */
const parallel = 16
/** Whose users they are: a single account has `BOBBIN_CHECKS_PER_ACCOUNT` checks at once, whoever waits. */
const accounts = 8

/** Whole flows per second by their HTTP calls; the process of the host app has one core at most. */
export function measureFlows({ rounds, profileFolder }: BenchOptions): Promise<Row[]> {
  return inWorkFolder(async (folder) => {
    const hostApp = await startHostApp({ folder, origin, profileFolder })
    try {
      const host = `http://127.0.0.1:${hostApp.port}`
      const url = `http://localhost:${hostApp.port}`
      const perSecond: number[] = []
      const durations: number[] = []
      for (let round = -1; round < rounds; round++) {
        const ofAccounts = await Promise.all(
          Array.from({ length: accounts }, () => hostApp.createTokens(flowsPerRound / accounts)),
        )
        const tokens = ofAccounts[0]!.flatMap((_, index) => ofAccounts.map((own) => own[index]!))
        const start = performance.now()
        async function walkSome() {
          for (let token = tokens.pop(); token !== undefined; token = tokens.pop()) {
            const began = performance.now()
            await walkFlow({ host, url, origin, type, token })
            if (round >= 0) durations.push(performance.now() - began)
          }
        }
        await Promise.all(Array.from({ length: parallel }, walkSome))
        const seconds = (performance.now() - start) / 1_000
        // The first round only warms up.
        if (round >= 0) perSecond.push(flowsPerRound / seconds)
      }
      return [
        {
          what: `whole flows, ${parallel} at a time, of ${accounts} accounts (SQLite)`,
          unit: '/s',
          ours: median(perSecond),
          anchor: null,
          limit: null,
          detail: { p50_ms: median(durations), p99_ms: percentile(durations, 0.99), rounds },
        },
      ]
    } finally {
      await hostApp.stop()
    }
  })
}
