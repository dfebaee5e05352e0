import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { BenchOptions } from '../bench-options.ts'
import type { Row } from '../row.ts'
import { brotliSize } from './brotli-size.ts'
import { bundlePage } from './bundle-page.mjs'

const dist = fileURLToPath(new URL('../../client/dist/', import.meta.url))
const nangoPage = fileURLToPath(import.meta.resolve('./nango-page.mjs'))

/** Bytes that a customer page loads, brotli 11, beside the smallest client that carries its own flow. */
export async function measureBytes(_options: BenchOptions): Promise<Row[]> {
  const anchor = {
    name: '@nangohq/frontend',
    value: brotliSize(Buffer.from(await bundlePage(nangoPage))),
  }
  const sizes = await Promise.all([...(await modulesFrom('bobbin.js'))].map(sizeOf))
  const upFront = { of: 'ratio', atMost: 0.545 } as const
  const whole = { of: 'figure', atMost: 8_600 } as const
  const row = (what: string, ours: number, limit: Row['limit']): Row => ({
    what,
    unit: 'B',
    ours,
    anchor,
    limit,
  })
  return [
    row('client bytes up front (ESM entry)', await sizeOf('bobbin.js'), upFront),
    row(
      'client bytes in all (ESM)',
      sizes.reduce((sum, size) => sum + size, 0),
      whole,
    ),
    row('catalog bytes over the client (ESM)', await sizeOf('catalog.js'), { of: 'figure', atMost: 4_000 }),
    row('client bytes in all (UMD)', await sizeOf('bobbin.umd.min.js'), whole),
    row('client bytes in all (UMD as window.Stitch)', await sizeOf('stitch-client.umd.min.js'), whole),
  ]
}

/** A module and all that it loads, sooner or later: other entries of the package are not the page's. */
async function modulesFrom(file: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(file)) return found
  found.add(file)
  const text = await readFile(dist + file, 'utf8')
  for (const [, name = ''] of text.matchAll(/["'`]\.\/([\w-]+\.js)["'`]/g)) await modulesFrom(name, found)
  return found
}

async function sizeOf(file: string): Promise<number> {
  return brotliSize(await readFile(dist + file))
}
