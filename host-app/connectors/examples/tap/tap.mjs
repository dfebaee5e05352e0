import { readFileSync } from 'node:fs'
import process from 'node:process'

/*
 * The example of a Singer tap, in any language that you like: it is run with `--config FILE --discover`, prints a catalog
 * to standard output, and says to standard error what it is doing. `bobbin connectors new --kind tap` copies it.
 */

const config = JSON.parse(readFileSync(process.argv[process.argv.indexOf('--config') + 1], 'utf8'))
const say = (level, words) => process.stderr.write(`${level} ${words}\n`)

/** A field of a stream: its schema, and whether it is part of the key. */
const field = (schema, isKey = false) => ({ schema, isKey })

const streams = {
  orders: {
    id: field({ type: 'integer' }, true),
    total: field({ type: ['null', 'number'] }),
    changed: field({ type: 'string', format: 'date-time' }),
  },
  people: {
    id: field({ type: 'integer' }, true),
    name: field({ type: ['null', 'string'] }),
  },
}

say('INFO', 'Asking which streams there are')
// Here it would ask the service. Made-up keys show what can go wrong: what is said last becomes a sentence for people.
if (config.apiKey === 'silent') {
  setInterval(() => {}, 1_000)
} else if (config.apiKey !== 'right-and-secret') {
  say('CRITICAL', '401 Client Error: Unauthorized')
  process.exitCode = 1
} else {
  process.stdout.write(JSON.stringify({ streams: Object.entries(streams).map(catalogEntry) }))
}

function catalogEntry([name, fields]) {
  const entries = Object.entries(fields)
  const schemas = entries.map(([column, { schema }]) => [column, schema])
  return {
    tap_stream_id: name,
    stream: name,
    schema: { type: 'object', properties: Object.fromEntries(schemas) },
    metadata: [
      {
        breadcrumb: [],
        metadata: {
          'table-key-properties': entries.filter(([, one]) => one.isKey).map(([column]) => column),
        },
      },
      ...entries.map(([column, { isKey }]) => ({
        breadcrumb: ['properties', column],
        metadata: { inclusion: isKey ? 'automatic' : 'available' },
      })),
    ],
  }
}
