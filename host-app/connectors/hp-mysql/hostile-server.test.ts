import { afterAll, describe, expect, it } from 'vitest'
import { createTestProcesses } from '../../server/testing/processes.testing.ts'
import { hostilePlays } from './hostile-plays.testing.ts'
import { startHostileServer } from './hostile-server.testing.ts'

const runner = createTestProcesses()
afterAll(() => runner.close())

const password = 'a secret of somebody'

describe('a MySQL that', () => {
  it.each(Object.entries(hostilePlays))('%s is told as what it is', async (_, { code, words, ...play }) => {
    const server = await startHostileServer(play)
    const settings = {
      host: '127.0.0.1',
      port: String(server.port),
      user: 'reader',
      password,
      ssl: 'disable',
      // Where it is not about time, a slow machine has enough of it.
      connect_timeout: code === 'ConnectionTimeout' ? '1' : '55',
    }
    const outcome = await runner
      .run(
        { type: 'platform.hp-mysql', calls: 'check', settings, grant: null },
        { phase() {}, log() {}, unnamed() {}, stream: () => Promise.resolve() },
        AbortSignal.timeout(55_000),
      )
      .catch((error: unknown) => error)
    const heard = server.heard()
    server.close()
    expect(outcome).toMatchObject({
      name: 'ConnectorError',
      code,
      ...(words && { detail: expect.stringMatching(words) }),
    })
    expect(heard.includes(password)).toBe(false)
    expect(heard.includes('root:')).toBe(false)
  })
})
