import { get } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { BenchOptions } from '../bench-options.ts'
import type { Row } from '../row.ts'
import { startHostApp, type HostApp } from '../servers/host-app.ts'
import type { ProcessFigures } from '../servers/process-watch.ts'
import { processWatch, readFigures } from '../servers/read-figures.ts'
import { inWorkFolder } from '../servers/work-folder.ts'
import { median } from '../statistics.ts'

const manyStreams = fileURLToPath(import.meta.resolve('../connectors/many-streams.ts'))

/**
 * The Singer catalog of 200,000 selected streams over REST, as it is and compressed: how long it takes against reading the
 * same rows from the file, and what it costs everybody else meanwhile.
 */
export function measureCatalog({ rounds, profileFolder }: BenchOptions): Promise<Row[]> {
  return inWorkFolder(async (folder) => {
    const watchFile = `${folder}/figures.json`
    const hostApp = await startHostApp({
      folder,
      origin: 'https://customer.example',
      profileFolder,
      connectors: manyStreams,
      watch: { module: processWatch, file: watchFile },
    })
    try {
      const token = await hostApp.createAccount()
      const path = await discover(hostApp, token)
      const figures = () => readFigures(hostApp, watchFile)
      await figures()

      const bare: number[] = []
      const plain: Reading[] = []
      const compressed: Reading[] = []
      for (let round = 0; round < rounds; round += 1) {
        bare.push(readRows(hostApp.databaseFile))
        plain.push(await read(hostApp, token, path, 'identity', figures))
        compressed.push(await read(hostApp, token, path, 'gzip', figures))
      }
      const what = 'catalog of 200,000 streams'
      const of = (readings: Reading[], key: keyof Reading) => median(readings.map((one) => one[key]))
      const anchor = { name: 'its rows read from the file', value: median(bare) }
      const rowsOf = (readings: Reading[], how: string): Row[] => [
        {
          what: `${what}, ${how}`,
          unit: 'ms',
          ours: of(readings, 'time'),
          anchor,
          limit: null,
          detail: { rounds, bytes: of(readings, 'bytes') },
        },
        {
          what: `longest pause of the event loop meanwhile, ${how}`,
          unit: 'ms',
          ours: Math.max(...readings.map(({ pause }) => pause)),
          anchor: null,
          limit: { of: 'figure', atMost: 50 },
        },
        {
          what: `memory that it took at most, ${how}`,
          unit: 'B',
          ours: Math.max(...readings.map(({ memory }) => memory)),
          anchor: null,
          limit: { of: 'figure', atMost: 100_000_000 },
        },
      ]
      return [...rowsOf(plain, 'as it is'), ...rowsOf(compressed, 'gzip')]
    } finally {
      await hostApp.stop()
    }
  })
}

interface Reading {
  /** Milliseconds to the last byte. */
  time: number
  /** On the wire. */
  bytes: number
  pause: number
  /** Bytes beyond what the process held before. */
  memory: number
}

type Server = Pick<HostApp, 'port' | 'signal'>

async function read(
  { port }: Server,
  token: string,
  path: string,
  encoding: 'identity' | 'gzip',
  figures: () => Promise<ProcessFigures>,
): Promise<Reading> {
  await figures()
  const startedAt = performance.now()
  const bytes = await countBytes(`http://127.0.0.1:${port}${path}/catalog`, {
    Authorization: `Bearer ${token}`,
    'Accept-Encoding': encoding,
  })
  const time = performance.now() - startedAt
  const { longestPause, memoryPeak, memoryBefore } = await figures()
  return { time, bytes, pause: longestPause, memory: Math.max(0, memoryPeak - memoryBefore) }
}

/** Milliseconds to read schema and metadata of every stream, as one statement gives them. */
function readRows(databaseFile: string): number {
  const database = new DatabaseSync(databaseFile, { readOnly: true })
  try {
    const startedAt = performance.now()
    let characters = 0
    const rows = database.prepare(
      'select own_entry, schema, fields from stream join stream_make on stream_make.id = make_id',
    )
    for (const { own_entry: own, schema, fields } of rows.iterate()) {
      characters += String(own).length + String(schema).length + String(fields).length
    }
    if (characters === 0) throw new Error('There is nothing in the file.')
    return performance.now() - startedAt
  } finally {
    database.close()
  }
}

/** Bytes of the answer's body as they come, still compressed. */
function countBytes(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${url}: ${response.statusCode}`))
      let bytes = 0
      response.on('data', (chunk: Buffer) => (bytes += chunk.length))
      response.on('end', () => resolve(bytes))
      response.on('error', reject)
    }).on('error', reject)
  })
}

/** A source with all its streams discovered and selected; returns its path. */
async function discover({ port }: Server, token: string): Promise<string> {
  const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }
  const properties = { host: 'db.example.com', password: 'secret' }
  const source = await call('POST', '/v4/sources', {
    type: 'platform.bench-many',
    display_name: 'Many',
    properties,
  })
  const path = `/v4/sources/${String(source['id'])}`
  const giveUpAt = performance.now() + 300_000
  while (true) {
    const check = await call('GET', `${path}/last-connection-check`).catch(() => null)
    if (performance.now() > giveUpAt || check?.['error'])
      throw new Error(`The check did not succeed: ${JSON.stringify(check)}`)
    if (check?.['completion_time']) break
    await delay(200)
  }
  await call('PUT', `${path}/streams/selection`, { matching: [{ q: '', selected: true }] })
  return path
}
