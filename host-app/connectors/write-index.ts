import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { indexFile, type IndexEntry } from './connector-index.ts'
import { summaryOf } from './connector-summary.ts'
import { ownConnectors } from './own-connectors.ts'

/* A step of the build: writes the index of the connectors that come with Bobbin. */

const places = new Map<unknown, Pick<IndexEntry, 'module' | 'name'>>()
for (const path of readdirSync(import.meta.dirname, { recursive: true }).map(String)) {
  if (!/^[^/\\]+[/\\]connector\.ts$/.test(path)) continue
  const module = `./${path.replace('\\', '/')}`
  const exported = (await import(module)) as Readonly<Record<string, unknown>>
  for (const [name, value] of Object.entries(exported)) places.set(value, { module, name })
}

const entries = ownConnectors({ demoCrmUrl: null }).map((connector): IndexEntry => {
  const place = places.get(connector)
  if (!place) throw new Error(`No connector.ts exports ${connector.info.type}.`)
  return { summary: summaryOf(connector.info), ...place }
})
const file = resolve(import.meta.dirname, indexFile)
mkdirSync(dirname(file), { recursive: true })
writeFileSync(file, JSON.stringify(entries))
