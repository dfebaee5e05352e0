import { afterAll, describe, expect, it } from 'vitest'
import { createTestProcesses } from '../../server/testing/processes.testing.ts'
import { hostilePlays } from './hostile-plays.testing.ts'
import { startHostileServer } from './hostile-server.testing.ts'

const runner = createTestProcesses()
afterAll(() => runner.close())

describe('a PostgreSQL that', () => {
  it.each(Object.entries(hostilePlays))('%s is told as what it is', async (_, { code, ...play }) => {
    const server = await startHostileServer(play)
    const settings = {
      host: '127.0.0.1',
      port: String(server.port),
      dbname: 'shop',
      user: 'reader',
      password: 'secret',
      ssl: 'disable',
      // Where it is not about time, a slow machine has enough of it.
      connect_timeout: code === 'ConnectionTimeout' ? '1' : '55',
    }
    const outcome = await runner
      .run(
        { type: 'platform.hp-postgres', calls: 'check', settings, grant: null },
        { phase() {}, log() {}, unnamed() {}, stream: () => Promise.resolve() },
        AbortSignal.timeout(55_000),
      )
      .catch((error: unknown) => error)
    server.close()
    expect(outcome).toMatchObject({ name: 'ConnectorError', code })
  })
})
