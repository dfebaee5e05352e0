import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import type { BenchOptions } from '../bench-options.ts'
import { weighFirstStep } from '../popup/first-step-bytes.ts'
import type { Row } from '../row.ts'
import { startHostApp, type HostApp } from '../servers/host-app.ts'
import { processWatch, readFigures } from '../servers/read-figures.ts'
import { inWorkFolder } from '../servers/work-folder.ts'
import { median, pairedRatio } from '../statistics.ts'
import { firstType, generatedIndex, generateOffering } from './generated-offering.ts'

const sizes = [10, 1_000] as const

/** What one server came to; milliseconds and bytes. */
interface Figures {
  started: number
  /** Resident, once it answers. */
  memory: number
  /** The wizard's page of a connector that nobody has asked for yet, and the median of the next ones, once what makes them is compiled. */
  firstPage: number
  nextPage: number
  /** All that comes before the first key, compressed. */
  firstStep: number
  catalog: number
  catalogBytes: number
  types: number
  typesBytes: number
  typesPause: number
}

/**
 * The same server with ten connectors of its own and with a thousand: what must not depend on their number, and what the
 * lists of them come to.
 */
export function measureOffering({ rounds, profileFolder }: BenchOptions): Promise<Row[]> {
  return inWorkFolder(async (folder) => {
    const indexes = new Map<number, string>()
    for (const size of sizes) indexes.set(size, await generateOffering(`${folder}/offer-${size}`, size))
    const seen = new Map<number, Figures[]>(sizes.map((size) => [size, []]))
    for (let round = 0; round <= rounds; round += 1) {
      for (const size of round % 2 === 0 ? sizes : sizes.toReversed()) {
        const itsFolder = `${folder}/${size}-${round}`
        await mkdir(itsFolder)
        const figures = await measure(itsFolder, indexes.get(size)!, profileFolder)
        // The first round warms up.
        if (round > 0) seen.get(size)!.push(figures)
      }
    }
    const [few, many] = sizes
    const of = (size: number, name: keyof Figures) => seen.get(size)!.map((figures) => figures[name])
    const row = (
      what: string,
      name: keyof Figures,
      { unit = 'ms', atMost }: { unit?: Row['unit']; atMost?: number } = {},
    ): Row => ({
      what: `${what}, ${many} connectors`,
      unit,
      ours: median(of(many, name)),
      anchor: { name: `${few} connectors`, value: median(of(few, name)) },
      limit: atMost === undefined ? null : { of: 'ratio', atMost },
      detail: { rounds, paired: pairedRatio(of(many, name), of(few, name)) },
    })
    return [
      row('start until it answers', 'started', { atMost: 1.1 }),
      row('memory then', 'memory', { unit: 'B', atMost: 1.1 }),
      row('first page of a connector', 'firstPage', { atMost: 1.1 }),
      row('its next page', 'nextPage', { atMost: 1.1 }),
      row('first step, brotli', 'firstStep', { unit: 'B', atMost: 1.01 }),
      row("the catalog's list", 'catalog'),
      row("the catalog's list, as it crosses", 'catalogBytes', { unit: 'B' }),
      row('source types, all loaded for it', 'types'),
      row('source types, as they cross', 'typesBytes', { unit: 'B' }),
      row('longest pause of the event loop meanwhile', 'typesPause'),
    ]
  })
}

async function measure(folder: string, index: string, profileFolder: string | null): Promise<Figures> {
  const file = `${folder}/figures.json`
  const startedAt = performance.now()
  const hostApp = await startHostApp({
    folder,
    origin: 'https://customer.example',
    profileFolder,
    watch: { module: processWatch, file },
    preload: { module: generatedIndex, env: { BENCH_INDEX: index, BOBBIN_ANONYMOUS_CATALOG: 'true' } },
  })
  try {
    const started = performance.now() - startedAt
    const { memoryPeak: memory } = await readFigures(hostApp, file)
    const page = `/connect/${'A'.repeat(22)}?function=addSource&type=${firstType}`
    const { time: firstPage } = await get(hostApp, page)
    const nextPages: number[] = []
    while (nextPages.length < 150) nextPages.push((await get(hostApp, page)).time)
    const nextPage = median(nextPages.slice(50))
    const { early: firstStep } = await weighFirstStep(hostApp.port, firstType)
    const token = await hostApp.createAccount()
    const catalog = await get(hostApp, '/api/platform_user/platform/connectors')
    await readFigures(hostApp, file)
    const types = await get(hostApp, '/v4/source-types', token)
    const { longestPause: typesPause } = await readFigures(hostApp, file)
    return {
      ...{ started, memory, firstPage, nextPage, firstStep, typesPause },
      ...{ catalog: catalog.time, catalogBytes: catalog.bytes, types: types.time, typesBytes: types.bytes },
    }
  } finally {
    await hostApp.stop()
  }
}

/** Milliseconds until the last byte of the body, and how many bytes crossed: compressed, where the server compresses. */
async function get(
  { port }: Pick<HostApp, 'port'>,
  path: string,
  token?: string,
): Promise<{ time: number; bytes: number }> {
  const startedAt = performance.now()
  const headers = {
    'Accept-Encoding': 'br, gzip',
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  }
  // `fetch` would unpack it.
  const [answer] = (await once(request({ port, path, headers }).end(), 'response')) as [IncomingMessage]
  let bytes = 0
  for await (const chunk of answer) bytes += (chunk as Buffer).length
  if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode}`)
  return { time: performance.now() - startedAt, bytes }
}
