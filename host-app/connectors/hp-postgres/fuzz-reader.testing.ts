import { writeSync } from 'node:fs'
import process from 'node:process'
import { ConnectorError } from '../connector.ts'
import { hpPostgres } from './connector.ts'
import { startGenuineServer } from './genuine-server.testing.ts'
import { tamperBy } from './tamper.testing.ts'

/**
 * A process that has conversations with a tampered server, many at a time, and prints how each ended,
 * `<number> <code>`, and what memory it has after each half of them. It may die or hang; whoever started it goes on with the rest in another.
 */
const [seed = 0, ...numbers] = process.argv.slice(2).join(',').split(',').map(Number)
const atOnce = 150
/** A server that says nothing is given up after this, in milliseconds. */
const patience = 20_000

const server = await startGenuineServer((dbname) => tamperBy(seed, Number(dbname)))
const half = Math.ceil(numbers.length / 2)
for (const some of [numbers.slice(0, half), numbers.slice(half)]) {
  await Promise.all(Array.from({ length: atOnce }, () => converseOn(some)))
  globalThis.gc?.()
  writeSync(1, `memory ${process.memoryUsage.rss()}\n`)
}
process.exit(0)

async function converseOn(waiting: number[]): Promise<void> {
  for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
    writeSync(1, `${number} ${await converse(number)}\n`)
  }
}

async function converse(number: number): Promise<string> {
  const signal = AbortSignal.timeout(patience)
  const context = {
    settings: {
      host: 'db',
      port: String(server.port),
      dbname: String(number),
      user: 'reader',
      password: 'x',
      ssl: 'disable',
    },
    grant: null,
    signal,
    fetch,
    resolveHost: () => Promise.resolve({ address: '127.0.0.1', family: 4 as const }),
    resolveAddresses: () => Promise.resolve([{ address: '127.0.0.1', family: 4 as const }]),
    report: { phase() {}, log() {} },
  }
  try {
    if (number % 3 === 0) await hpPostgres.check?.(context)
    const streams: unknown[] = []
    for await (const stream of hpPostgres.discover?.(context) ?? []) streams.push(stream)
    return 'works'
  } catch (error) {
    if (error instanceof ConnectorError) return error.code
    if (error === signal.reason) return 'silence'
    return `unexplained: ${String(error instanceof Error ? error.stack : error).replaceAll('\n', ' ')}`
  }
}
