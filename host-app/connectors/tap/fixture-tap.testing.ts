import { spawn } from 'node:child_process'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import type { Writable } from 'node:stream'

/*
 * A Singer tap for tests, as a program of its own: `node fixture-tap.testing.ts --config FILE --discover`. What it does stands
 * in its config, under `act`.
 */

const flag = process.argv.indexOf('--config')
const file = process.argv[flag + 1] ?? ''
const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string> & {
  auth?: Record<string, string>
}
const say = (line: string) => process.stderr.write(`${line}\n`)

const streams = [
  {
    tap_stream_id: 'orders',
    stream: 'orders',
    schema: { type: 'object', properties: { id: { type: 'integer' }, total: { type: ['null', 'number'] } } },
    metadata: [
      { breadcrumb: [], metadata: { 'table-key-properties': ['id'], 'valid-replication-keys': ['total'] } },
      { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic' } },
      { breadcrumb: ['properties', 'total'], metadata: { inclusion: 'available', selected: true } },
    ],
  },
  // As taps of 2018 have them: nothing but a schema.
  {
    stream: 'people',
    tap_stream_id: 'people',
    key_properties: ['id'],
    replication_key: 'changed',
    schema: {
      selected: true,
      type: 'object',
      properties: {
        id: { type: 'string', inclusion: 'automatic' },
        changed: { type: 'string', format: 'date-time' },
        notes: { type: 'string', selected: false },
      },
    },
  },
]
const printCatalog = () => process.stdout.write(JSON.stringify({ streams }, null, 2))

function fail(line: string, exitCode = 1): void {
  say(line)
  process.exitCode = exitCode
}

function rewrite(changes: Record<string, unknown>): void {
  writeFileSync(file, JSON.stringify({ ...config, ...changes }))
}

/** A child that would live on for long; its number goes to the log. */
function forkChild({ detached }: { detached: boolean }): void {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached, stdio: 'inherit' })
  say(`INFO child ${child.pid}`)
  child.unref()
}

/** Bytes of `unit` again and again, as fast as they are taken. */
async function print(unit: string, megabytes: number, stream: Writable = process.stdout): Promise<void> {
  const chunk = unit.repeat(Math.ceil(1024 ** 2 / unit.length))
  for (let count = 0; count < megabytes; count += 1) {
    if (!stream.write(chunk)) await new Promise((resolve) => stream.once('drain', resolve))
  }
}

const acts: Record<string, () => unknown> = {
  works: () => {
    say('INFO Discovering')
    printCatalog()
  },
  'warns before it prints': () => {
    process.stdout.write('DeprecationWarning: something old\n')
    printCatalog()
  },
  hangs: () => setInterval(() => {}, 1_000),
  'hangs and ignores signals': () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {})
    say('INFO waiting')
    setInterval(() => {}, 1_000)
  },
  'prints garbage': () => process.stdout.write('Usage: tap [options]\nno catalog here\n'),
  'prints half a catalog': () => process.stdout.write(JSON.stringify({ streams }).slice(0, 300)),
  'prints too much': async () => {
    process.stdout.write('{"streams": [')
    const stream = JSON.stringify(streams[0])
    await print(`${stream},`, 200)
  },
  'prints one endless stream': async () => {
    process.stdout.write('{"streams": [{"x": "')
    await print('x', 200)
  },
  'logs too much': () => print('INFO x\n', 200, process.stderr),
  'leaves children': () => {
    forkChild({ detached: false })
    forkChild({ detached: true })
    printCatalog()
  },
  'forks and hangs': () => {
    forkChild({ detached: false })
    forkChild({ detached: true })
    setInterval(() => {}, 1_000)
  },
  'kills itself': () => process.kill(process.pid, 'SIGKILL'),
  crashes: () => process.kill(process.pid, 'SIGSEGV'),
  'fails critically': () => fail(config['words'] ?? ''),
  'fails without a word': () => fail('INFO Starting', 3),
  'shows its secrets': () => {
    say(`INFO signing in with ${config['api_key']}`)
    say(`INFO \u001b[31m${encodeURIComponent(config['api_key'] ?? '')}\u001b[0m`)
    fail(`CRITICAL 500 for https://shop.test/?key=${config['api_key']}`)
  },
  'renews its token': () => {
    rewrite({ auth: { ...config.auth, refresh_token: 'renewed-token-2' }, region: 'elsewhere', extra: 'x' })
    say('INFO renewed to renewed-token-2')
    printCatalog()
  },
  'renews and fails': () => {
    rewrite({ auth: { ...config.auth, refresh_token: 'renewed-token-2' } })
    fail('CRITICAL 401 with renewed-token-2')
  },
  'renews and hangs': () => {
    rewrite({ auth: { ...config.auth, refresh_token: 'renewed-token-2' } })
    setInterval(() => {}, 1_000)
  },
  'ruins its config': () => {
    writeFileSync(file, '{"auth": ')
    printCatalog()
  },
  'looks around': () => {
    const folder = dirname(file)
    const seen = (what: () => unknown) => {
      try {
        return what()
      } catch (error) {
        return (error as { code?: string }).code
      }
    }
    say(
      `CRITICAL ${JSON.stringify({
        env: Object.keys(process.env).toSorted(),
        home: process.env['HOME'] === folder,
        mode: [folder, file].map((path) => (statSync(path).mode & 0o777).toString(8)),
        neighbours: seen(() =>
          readdirSync(dirname(folder)).filter((name) => name !== folder.split('/').at(-1)),
        ),
        store: seen(() => readdirSync(join(dirname(folder), '..')).toSorted()),
        neighbour: seen(() => readFileSync(join(config['path'] ?? '', 'config.json'), 'utf8')),
        ofServer: seen(() => readFileSync(`/proc/${config['pid']}/environ`, 'utf8').length),
      })}`,
    )
    process.exitCode = 1
  },
  'hoards memory': () => {
    const all: Buffer[] = []
    setInterval(() => all.push(Buffer.alloc(16 * 1024 ** 2, 1)), 5)
  },
  'prints its config': () => fail(`CRITICAL ${JSON.stringify(config)}`),
}

await acts[config['act'] ?? 'works']?.()
