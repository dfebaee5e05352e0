import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { BenchOptions } from './bench-options.ts'
import { measureBytes } from './bytes/bytes.ts'
import { measureCatalog } from './catalog/catalog.ts'
import { measureCatalogElement } from './catalog-element/catalog-element.ts'
import { measureDiscovery } from './discovery/discovery.ts'
import { measureExchanges } from './exchanges/exchanges.ts'
import { measureFlows } from './flows/flows.ts'
import { measureIsolation } from './isolation/isolation.ts'
import { measureOffering } from './offering/offering.ts'
import { measurePicker } from './picker/picker.ts'
import { measurePopup } from './popup/popup.ts'
import { isMet, printTable, ratioOf, type Row } from './row.ts'

const parts = {
  bytes: measureBytes,
  catalog: measureCatalog,
  'catalog-element': measureCatalogElement,
  discovery: measureDiscovery,
  exchanges: measureExchanges,
  flows: measureFlows,
  isolation: measureIsolation,
  offering: measureOffering,
  picker: measurePicker,
  popup: measurePopup,
} satisfies Record<string, (options: BenchOptions) => Promise<Row[]>>
type PartName = keyof typeof parts

const resultsFolder = fileURLToPath(new URL('results', import.meta.url))

/**
 * Measures the parts that the arguments name, or all of them, one after the other; prints the table and
 * writes `results/latest.json`. A limit that is not met is printed, not a failure: the exit code is 1 only
 * when something could not be measured.
 */
export async function runBenchmarks({
  args,
  chromiumPath,
}: {
  args: string[]
  chromiumPath: string | null
}): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { profile: { type: 'boolean' }, rounds: { type: 'string' } },
  })
  const names = positionals.length > 0 ? positionals.map(partName) : (Object.keys(parts) as PartName[])
  await mkdir(resultsFolder, { recursive: true })

  const rows: Row[] = []
  const failures: string[] = []
  for (const name of names) {
    console.log(`Measuring ${name} …`)
    try {
      rows.push(
        ...(await parts[name]({
          chromiumPath,
          rounds: Number(values.rounds ?? defaultRounds[name]),
          profileFolder: values.profile ? resultsFolder : null,
        })),
      )
    } catch (error) {
      failures.push(name)
      console.error(`${name} could not be measured:`, error)
    }
  }

  printTable(rows)
  const load = loadavg()[0] ?? 0
  if (load > cpus().length * busy) {
    console.log(
      `\nThe machine was busy (load ${load.toFixed(0)} on ${cpus().length} cores): do not trust this run.`,
    )
  }
  await writeFile(`${resultsFolder}/latest.json`, `${JSON.stringify(report(rows, failures), null, 2)}\n`)
  return failures.length === 0 ? 0 : 1
}

/** Load per core above which others must have been at work; the bench alone makes about one. */
const busy = 1.5

const defaultRounds: Record<PartName, number> = {
  bytes: 1,
  catalog: 3,
  'catalog-element': 7,
  discovery: 1,
  exchanges: 7,
  flows: 3,
  isolation: 9,
  offering: 7,
  picker: 7,
  popup: 15,
}

function partName(name: string): PartName {
  if (!(name in parts))
    throw new Error(`There is no part ${name}; there are ${Object.keys(parts).join(', ')}.`)
  return name as PartName
}

function report(rows: readonly Row[], failures: readonly string[]) {
  return {
    at: new Date().toISOString(),
    machine: { cores: cpus().length, load: loadavg()[0], node: process.version },
    failures: failures.join(', '),
    rows: rows.map((row) => ({ ...row, ratio: ratioOf(row), met: isMet(row) })),
  }
}
