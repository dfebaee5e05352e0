import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { ConnectorError, type Connector, type ConnectorContext } from '../../connectors/connector.ts'
import { connectorInfo, property, table } from './made-up-connector.testing.ts'

/** What it does, by its setting `act`; `much` says how much of it. For tests of the process around it. */
const acts: Record<string, (context: ConnectorContext, much: number) => unknown> = {
  works() {},
  'says why'() {
    throw new ConnectorError('PermissionDenied', { field: 'act', detail: 'Because.' })
  },
  breaks() {
    throw new TypeError('tok-secret')
  },
  exits: () => process.exit(7),
  'throws elsewhere': () =>
    new Promise(() => {
      setTimeout(() => {
        throw new RangeError('tok-secret')
      })
    }),
  async 'loops for ever'({ report }) {
    report.log('Good night.')
    await delay(50)
    for (let count = 0; ; count += 1) Math.sqrt(count)
  },
  'never answers': () => new Promise(() => {}),
  async 'heeds its signal'({ signal, report }) {
    report.log('waiting')
    await delay(60_000, undefined, { signal })
  },
  async 'hoards buffers'() {
    const all: Buffer[] = []
    for (;;) {
      all.push(Buffer.alloc(4 * 1024 * 1024, 1))
      await delay(2)
    }
  },
  async 'hoards objects'() {
    const all: object[] = []
    for (let count = 0; ; count += 1) {
      all.push({ count, text: `text ${count}` })
      if (count % 20_000 === 0) await delay(1)
    }
  },
  'floods the log'({ report }) {
    for (let count = 0; count < 100_000; count += 1) report.log('line')
  },
  /** What it can see of the machine, as the detail of a failure. */
  'looks around'() {
    const seen = (what: () => unknown) => {
      try {
        return what()
      } catch (error) {
        return error instanceof Error && 'code' in error ? error.code : 'threw'
      }
    }
    const detail = JSON.stringify({
      env: Object.keys(process.env),
      passwd: seen(() => readFileSync('/etc/passwd', 'utf8').length),
      cwd: process.cwd(),
      dataOfTheServer: seen(() =>
        readFileSync(fileURLToPath(new URL('../../../package-lock.json', import.meta.url))),
      ),
      written: seen(() => writeFileSync('/tmp/written-by-a-connector', '')),
      child: seen(() => spawnSync('true').error?.message ?? 'ran'),
      worker: seen(() => new Worker('', { eval: true })),
      // SQLite asks nobody which files it may open.
      sqlite: seen(() => createRequire(import.meta.url)('node:sqlite')),
    })
    throw new ConnectorError('CheckFailed', { detail })
  },
}

export const connector: Connector = {
  info: connectorInfo({
    type: 'platform.rough',
    slug: 'rough',
    properties: [property('act', { order: 1 }), property('much', { order: 2, is_required: false })],
  }),
  async check(context) {
    await acts[context.settings['act'] ?? 'works']?.(context, Number(context.settings['much'] ?? 0))
  },
  async *discover({ settings }): AsyncGenerator<DiscoveredStream> {
    const much = Number(settings['much'] ?? 3)
    if (settings['act'] === 'works with a wide table') yield wideTable(much)
    else for (let number = 0; number < much; number += 1) yield table(`t${number}`)
  },
  identify: ({ settings }) =>
    settings['act'] === 'is nameless' ? Promise.reject(new Error('tok-secret')) : Promise.resolve('Acme'),
}

/** As wide as PostgreSQL has them, with the longest names. */
function wideTable(columns: number): DiscoveredStream {
  const names = Array.from({ length: columns }, (_, index) => `column_${index}_`.padEnd(63, 'x'))
  return table('wide', {
    fields: Object.fromEntries(
      names.map((name) => [
        name,
        {
          schema: { type: ['null', 'string'], maxLength: 1_000_000, description: 'x'.repeat(100) },
          metadata: { inclusion: 'available', 'sql-datatype': 'character varying(1000000)' },
        },
      ]),
    ),
  })
}
