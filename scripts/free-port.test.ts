import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { freePort } from './free-port.mjs'

it('a port that was chosen is no one’s while its server starts: neither chosen again nor handed out', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, freePort))
  expect(new Set(ports).size).toBe(ports.length)
  const [handedOut = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    .split('\t')
    .map(Number)
  expect(Math.max(...ports)).toBeLessThan(handedOut)
})

it('a port on which somebody listens is passed over', async () => {
  const port = (await freePort()) + 1
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  expect(await freePort()).toBe(port + 1)
  server.close()
})
