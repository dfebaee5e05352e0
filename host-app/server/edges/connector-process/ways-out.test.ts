import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TaskListener } from './connector-runner.ts'
import { createTestProcesses } from '../../testing/processes.testing.ts'

/** A vendor with one list. */
let vendor: Server
let reached = 0
const userAgents: (string | undefined)[] = []
const pools = [true, false].map((allowPrivateNetworks) =>
  createTestProcesses({
    connectorModules: [fileURLToPath(new URL('../../testing/todo-connector.testing.ts', import.meta.url))],
    allowPrivateNetworks,
    userAgent: 'Bobbin/9.9.9 (help@weaver.example)',
  }),
)

beforeAll(async () => {
  vendor = createServer(({ headers }, response) => {
    reached += 1
    userAgents.push(headers['user-agent'])
    response.end(JSON.stringify([{ name: 'tasks', fields: ['id', 'title'] }]))
  })
  await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  vendor.close()
  await Promise.all(pools.map((pool) => pool.close()))
})

function check(pool: (typeof pools)[number] | undefined, host: string, streams: unknown[] = []) {
  const settings = { url: `http://${host}:${(vendor.address() as AddressInfo).port}`, api_key: 'a-good-key' }
  const listener: TaskListener = {
    phase() {},
    log() {},
    unnamed() {},
    stream: async (stream) => void streams.push(stream),
  }
  const task = { type: 'platform.test-todo', calls: 'check', settings, grant: null } as const
  return pool?.run(task, listener, AbortSignal.timeout(30_000))
}

it.each(['127.0.0.1', 'vendor.localhost'])(
  'lets a connector reach %s where the operator allows it',
  async (host) => {
    const streams: unknown[] = []
    await check(pools[0], host, streams)
    expect(streams).toMatchObject([{ tap_stream_id: 'tasks' }])
    expect(userAgents.at(-1)).toBe('Bobbin/9.9.9 (help@weaver.example)')
  },
)

it.each(['127.0.0.1', 'vendor.localhost', '2130706433'])(
  'keeps it from %s where not, undialled',
  async (host) => {
    const before = reached
    await expect(check(pools[1], host)).rejects.toMatchObject({ code: 'AddressNotAllowed' })
    expect(reached).toBe(before)
  },
)
