import { mkdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { BenchOptions } from '../bench-options.ts'
import type { Row } from '../row.ts'
import { startHostApp, type HostApp } from '../servers/host-app.ts'
import { processWatch, readFigures } from '../servers/read-figures.ts'
import { inWorkFolder } from '../servers/work-folder.ts'
import { median, pairedRatio } from '../statistics.ts'
import type { DatabaseSize, MeasuredServer } from './measured-server.ts'
import { startMeasuredMariadb } from './mariadb.ts'
import { startMeasuredPostgres } from './postgres.ts'

/** What is measured of each; of each pair the second has ten times the tables of the first. */
const measured: { start: () => Promise<MeasuredServer>; pairs: [DatabaseSize, DatabaseSize][] }[] = [
  { start: startMeasuredPostgres, pairs: [tenfold(20_000, 4), tenfold(1_000, 50)] },
  { start: startMeasuredMariadb, pairs: [tenfold(1_000, 50)] },
]
/** Of the first check of each host app. */
const warming: DatabaseSize = { tables: 2_000, columns: 4 }

function tenfold(tables: number, columns: number): [DatabaseSize, DatabaseSize] {
  return [
    { tables, columns },
    { tables: tables * 10, columns },
  ]
}

/**
 * A check of a large database from its request to its end, streams stored, against one query of the driver's
 * that reads the same rows of the catalogs. Ten times the tables may take eleven times as long, and no more memory.
 */
export function measureDiscovery({ rounds, profileFolder }: BenchOptions): Promise<Row[]> {
  return inWorkFolder(async (folder) => {
    const rows: Row[] = []
    for (const { start, pairs } of measured) {
      const server = await start()
      try {
        const small = await server.createDatabase(warming)
        for (const pair of pairs) {
          const medians: number[] = []
          for (const size of pair) {
            const itsFolder = `${folder}/${server.name}-${size.tables}-${size.columns}`
            const figures = await measure({ server, small, size, rounds, profileFolder, folder: itsFolder })
            medians.push(median(figures.ours))
            // Of a small one the start of a check is most of it, which is no matter of its rows.
            const atMost = size.tables >= 10_000 ? 3 : null
            rows.push(...rowsOf(`${server.name}, ${inWords(size)}`, atMost, figures))
          }
          const [fewer, more] = medians as [number, number]
          rows.push({
            what: `${server.name}, ten times the tables of ${pair[0].columns} columns`,
            unit: 'ms',
            ours: more,
            anchor: { name: `${pair[0].tables} tables`, value: fewer },
            limit: { of: 'ratio', atMost: 11 },
          })
        }
      } finally {
        await server.stop()
      }
    }
    return rows
  })
}

const inWords = ({ tables, columns }: DatabaseSize) => `${tables} tables of ${columns} columns`

interface Figures {
  readonly ours: readonly number[]
  readonly bare: readonly number[]
  readonly pause: readonly number[]
  readonly memory: readonly number[]
}

async function measure({
  server,
  small,
  size,
  rounds,
  profileFolder,
  folder,
}: {
  server: MeasuredServer
  /** The database that warms up. */
  small: string
  size: DatabaseSize
  rounds: number
  profileFolder: string | null
  folder: string
}): Promise<Figures> {
  const database = await server.createDatabase(size)
  const seen = { ours: [] as number[], bare: [] as number[], pause: [] as number[], memory: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    await server.readBare(small)
    seen.bare.push(await timed(() => server.readBare(database)))
    // A host app of its own for each: nothing that an earlier round stored is compared.
    const itsFolder = `${folder}-${round}`
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
      await checkDatabase(hostApp, server, small, warming.tables)
      await figures()
      seen.ours.push(await timed(() => checkDatabase(hostApp, server, database, size.tables)))
      const { longestPause, memoryPeak, memoryBefore } = await figures()
      seen.pause.push(longestPause)
      seen.memory.push(memoryPeak - memoryBefore)
    } finally {
      await hostApp.stop()
    }
  }
  return seen
}

/** `atMost`: times the anchor. */
function rowsOf(what: string, atMost: number | null, { ours, bare, pause, memory }: Figures): Row[] {
  return [
    {
      what: `check of ${what}, streams stored`,
      unit: 'ms',
      ours: median(ours),
      anchor: { name: 'the rows by one query', value: median(bare) },
      limit: atMost === null ? null : { of: 'ratio', atMost },
      detail: { rounds: ours.length, paired: pairedRatio(ours, bare) },
    },
    {
      what: `longest pause of the event loop meanwhile, ${what}`,
      unit: 'ms',
      ours: Math.max(...pause),
      anchor: null,
      // Database, connector and server share the processors here: all of them delay each other.
      limit: null,
    },
    {
      what: `memory that it took at most, ${what}`,
      unit: 'B',
      ours: median(memory),
      anchor: null,
      // Mostly room for garbage: no more of it for ten times as many tables.
      limit: { of: 'figure', atMost: 200_000_000 },
    },
  ]
}

/** Resolves when the check has succeeded with this many streams. */
async function checkDatabase(
  hostApp: Pick<HostApp, 'port' | 'createAccount'>,
  { type, settings }: Pick<MeasuredServer, 'type' | 'settings'>,
  database: string,
  tables: number,
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
  const source = await call('/v4/sources', {
    type,
    display_name: database,
    properties: settings(database),
  })
  const path = `/v4/sources/${String(source['id'])}/last-connection-check`
  while (true) {
    const check = await call(path).catch(() => null)
    if (check?.['completion_time']) {
      const found = Number(check['stream_count'])
      if (found !== tables) throw new Error(`The check ended with ${JSON.stringify(check)}.`)
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
