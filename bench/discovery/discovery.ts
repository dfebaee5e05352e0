import { mkdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { startPostgres, type PostgresServer } from '../../scripts/postgres-server.mjs'
import type { BenchOptions } from '../bench-options.ts'
import type { Row } from '../row.ts'
import { startHostApp, type HostApp } from '../servers/host-app.ts'
import { processWatch, readFigures } from '../servers/read-figures.ts'
import { inWorkFolder } from '../servers/work-folder.ts'
import { median } from '../statistics.ts'
import { readBare } from './bare-reading.ts'

const sizes = [20_000, 200_000] as const
/** Tables of the first check of each server. */
const warmingSize = 2_000

/**
 * A check of a large database from its request to its end, streams stored, against one query of the driver's
 * that reads the same rows of the catalogs. Ten times the relations may take eleven times as long.
 */
export function measureDiscovery({ rounds, profileFolder }: BenchOptions): Promise<Row[]> {
  return inWorkFolder(async (folder) => {
    const postgres = await startPostgres({ settings: { fsync: 'off', max_locks_per_transaction: '1000' } })
    try {
      const small = await createDatabase(postgres, warmingSize)
      const rows: Row[] = []
      const medians: number[] = []
      for (const size of sizes) {
        const dbname = await createDatabase(postgres, size)
        const times = { ours: [] as number[], bare: [] as number[] }
        const costs = { pause: [] as number[], memory: [] as number[] }
        for (let round = 0; round < rounds; round += 1) {
          await readBare(postgres, small)
          times.bare.push(await timed(() => readBare(postgres, dbname)))
          // A host app of its own for each: nothing that an earlier round stored is compared.
          const itsFolder = `${folder}/${size}-${round}`
          await mkdir(itsFolder)
          const hostApp = await startHostApp({
            folder: itsFolder,
            origin: 'https://customer.example',
            profileFolder,
            watch: { module: processWatch, file: `${itsFolder}/figures.json` },
          })
          const figures = () => readFigures(hostApp, `${itsFolder}/figures.json`)
          try {
            // A server prepares what all its checks start from once, after its start; and both contenders are warm then.
            await checkDatabase(hostApp, postgres, { dbname: small, size: warmingSize })
            await figures()
            times.ours.push(await timed(() => checkDatabase(hostApp, postgres, { dbname, size })))
            const { longestPause, memoryPeak, memoryBefore } = await figures()
            costs.pause.push(longestPause)
            costs.memory.push(memoryPeak - memoryBefore)
          } finally {
            await hostApp.stop()
          }
        }
        medians.push(median(times.ours))
        rows.push({
          what: `check of a database of ${size} tables, streams stored`,
          unit: 'ms',
          ours: median(times.ours),
          anchor: { name: 'the rows by one query', value: median(times.bare) },
          limit: { of: 'ratio', atMost: 3 },
          detail: { rounds },
        })
        rows.push({
          what: `longest pause of the event loop meanwhile, ${size} tables`,
          unit: 'ms',
          ours: Math.max(...costs.pause),
          anchor: null,
          // Database, connector and server share the processors here: all of them delay each other.
          limit: null,
        })
        rows.push({
          what: `memory that it took at most, ${size} tables`,
          unit: 'B',
          ours: median(costs.memory),
          anchor: null,
          // Mostly room for garbage: no more of it for twice as many tables.
          limit: { of: 'figure', atMost: 200_000_000 },
        })
      }
      const [fewer, more] = medians as [number, number]
      rows.push({
        what: 'ten times the tables',
        unit: 'ms',
        ours: more,
        anchor: { name: `${sizes[0]} tables`, value: fewer },
        limit: { of: 'ratio', atMost: 11 },
      })
      return rows
    } finally {
      await postgres.stop()
    }
  })
}

async function createDatabase(postgres: PostgresServer, size: number): Promise<string> {
  const database = `tables_${size}`
  await postgres.query(`create database ${database}`)
  // Locks are kept to the end of a transaction, and there is room for some thousands.
  const step = 2_000
  for (let first = 0; first < size; first += step) {
    await postgres.query(
      `do $$ begin for i in ${first} .. ${Math.min(first + step, size) - 1} loop
        execute format('create table t_%s (id integer not null, name varchar(80), amount numeric(10,2), updated_at timestamptz)', i);
      end loop; end $$`,
      { database },
    )
  }
  await postgres.query('vacuum analyze pg_class', { database })
  await postgres.query('vacuum analyze pg_attribute', { database })
  return database
}

/** Resolves when the check has succeeded with this many streams. */
async function checkDatabase(
  hostApp: Pick<HostApp, 'port' | 'createAccount'>,
  postgres: Pick<PostgresServer, 'host' | 'port' | 'user' | 'password'>,
  { dbname, size }: { dbname: string; size: number },
): Promise<void> {
  const token = await hostApp.createAccount()
  const call = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`http://127.0.0.1:${hostApp.port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }
  const { host, port, user, password } = postgres
  const properties = { host, port: String(port), user, password, dbname, ssl: 'disable' }
  const source = await call('/v4/sources', {
    type: 'platform.hp-postgres',
    display_name: dbname,
    properties,
  })
  const path = `/v4/sources/${String(source['id'])}/last-connection-check`
  while (true) {
    const check = await call(path).catch(() => null)
    if (check?.['completion_time']) {
      const found = Number(check['stream_count'])
      if (found !== size) throw new Error(`The check ended with ${JSON.stringify(check)}.`)
      return
    }
    await delay(50)
  }
}

/** Milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
