import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { bundleProcesses } from '../../scripts/bundle-processes.mjs'
import { freePort } from '../../scripts/free-port.mjs'

/** What a start from the sources runs; the bundle of it is there in half the time. */
const source = fileURLToPath(new URL('main.ts', import.meta.url))
const { main: bundle } = await bundleProcesses()
let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bobbin-main-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

function start(env: Record<string, string>, main = bundle) {
  const { NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(process.execPath, [main], {
    env: { NODE_COMPILE_CACHE, BOBBIN_DATA_DIR: dataDir, ...env },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const exit = once(child, 'exit').then(([code]: unknown[]) => code)
  const listening = async () => {
    while (!output.stderr.includes('Bobbin is at')) {
      const [event] = await Promise.race([once(child.stderr, 'data'), exit.then(() => ['exit'])])
      if (event === 'exit') throw new Error(output.stderr)
    }
  }
  return { child, output, exit, listening }
}

it('starts, answers, and stops in good order on a signal', async () => {
  const PORT = String(await freePort())
  const server = start({ PORT }, source)
  await server.listening()
  expect(server.output.stderr).toMatch(/partner secret {2}\S{43}/)
  const url = `http://127.0.0.1:${PORT}`
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' })
  await fetch(`${url}/oauth/callback/demo-crm?code=hush&state=hush`, { redirect: 'manual' })

  const before = performance.now()
  server.child.kill('SIGTERM')
  expect(await server.exit).toBe(0)
  expect(performance.now() - before).toBeLessThan(3_000)
  expect(server.output.stdout).toContain('/oauth/callback/demo-crm')
  expect(server.output.stdout).not.toContain('hush')
  // By the name under which the error envelope tells it.
  expect(server.output.stdout).toMatch(/"request_id":"[\w-]{22}"[^\n]*"answered"/)

  const again = start({ PORT })
  await again.listening()
  again.child.kill('SIGINT')
  expect(await again.exit).toBe(0)
  expect(again.output.stderr).not.toContain('partner secret')
})

it('refuses to start in production without a key, in a sentence', async () => {
  const { output, exit } = start({ NODE_ENV: 'production', BOBBIN_URL: 'https://connect.example.com' })
  expect(await exit).toBe(1)
  expect(output.stderr).toBe('The settings cannot be used:\n  BOBBIN_ENCRYPTION_KEYS is needed\n')
})

it('refuses a store that another server has, and leaves that one alone', async () => {
  const first = start({ PORT: String(await freePort()) })
  await first.listening()
  const second = start({ PORT: String(await freePort()) })
  expect(await second.exit).toBe(1)
  const { pid } = first.child
  expect(second.output.stderr).toMatch(
    new RegExp(
      `^Another server works on ${dataDir} \\(process ${pid} on [^,]+, since [^)]+Z\\): stop it first`,
      'm',
    ),
  )
  first.child.kill('SIGKILL')
  await first.exit
  // The kernel frees what a killed process held; the file that names it stays.
  const third = start({ PORT: String(await freePort()) })
  await third.listening()
  third.child.kill('SIGTERM')
  expect(await third.exit).toBe(0)
})

it('stops when its terminal is closed', async () => {
  const server = start({ PORT: String(await freePort()) })
  await server.listening()
  server.child.kill('SIGHUP')
  expect(await server.exit).toBe(0)
})

it('answers what is in flight while it stops, and closes that connection', async () => {
  const PORT = String(await freePort())
  const server = start({ PORT })
  await server.listening()
  const socket = connect(Number(PORT), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  const closed = once(socket, 'close')
  const head =
    'POST /v3/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{'
  socket.write(head)
  // The request is there once another one behind it has been answered.
  await fetch(`http://127.0.0.1:${PORT}/healthz`)
  const before = performance.now()
  server.child.kill('SIGTERM')
  await expect.poll(() => server.output.stdout).toContain('stopping')
  socket.write('}')
  await closed
  expect(answer).toMatch(/^HTTP\/1\.1 400/)
  expect(answer).toMatch(/connection: close/i)
  expect(await server.exit).toBe(0)
  expect(performance.now() - before).toBeLessThan(4_000)
})

it('does not wait for ever for a request that never ends', async () => {
  const PORT = String(await freePort())
  const server = start({ PORT })
  await server.listening()
  const socket = connect(Number(PORT), '127.0.0.1')
  socket.on('error', () => {})
  socket.write('POST /v3/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{')
  await fetch(`http://127.0.0.1:${PORT}/healthz`)
  server.child.kill('SIGTERM')
  expect(await server.exit).toBe(0)
})
