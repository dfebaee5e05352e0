import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bobbin-main-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], { env: { BOBBIN_DATA_DIR: dataDir, ...env } })
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

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? String(address.port) : ''
}

it('starts, answers, and stops in good order on a signal', async () => {
  const PORT = await freePort()
  const server = start({ PORT })
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
  expect(server.output.stdout).toMatch(/"request_id":"[0-9a-f-]{36}"[^\n]*"answered"/)

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

it('ends when its port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const PORT = typeof address === 'object' && address ? String(address.port) : ''
  const { output, exit } = start({ PORT })
  expect(await exit).toBe(1)
  expect(output.stderr).toContain('EADDRINUSE')
  taken.close()
})
