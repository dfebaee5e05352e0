import { errorTable } from '@bobbin/shared/errors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { runConnector } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'
import { startGenuineServer, type Tamper } from './genuine-server.testing.ts'
import { message, startHostileServer } from './hostile-server.testing.ts'
import { readPostgresSettings } from './postgres-settings.ts'
import { openSession } from './session.ts'

/** What becomes of the answer to one request: on one connection of a database, counted from 0, or on each. */
interface Fault {
  readonly connection: number | 'each'
  readonly request: number
  readonly says?: Buffer
}

const refusal = (severity: string, code: string, text: string) =>
  message('E', `S${severity}\0C${code}\0M${text}\0\0`)
const hangsUp = Buffer.alloc(0)
/** The sign-in is 0, the beginning 1, then as the connector asks. Its check is a connection of its own. */
const check = { connection: 0, request: 2 }
const cursor = { connection: 1, request: 3 }

const faults: Record<string, Fault> = {
  'in the check': check,
  'before the schemas': { connection: 1, request: 2 },
  'before the tables': cursor,
  'between two streams': { connection: 1, request: 5 },
  'at the end': { connection: 1, request: 6 },
  'by a shutdown': { ...cursor, says: refusal('FATAL', '57P01', 'terminating connection') },
  'by a pooler': { ...cursor, says: refusal('FATAL', '08P01', 'server conn crashed?') },
  'by an idle timeout': { ...cursor, says: refusal('FATAL', '25P03', 'idle in transaction') },
  'each time': { connection: 'each', request: 3 },
  'each time, with words': { connection: 'each', request: 3, says: refusal('FATAL', '57P02', 'crash') },
  'of an internal error': {
    connection: 'each',
    request: 3,
    says: refusal('ERROR', 'XX000', 'cache lookup failed'),
  },
  'of what nobody knows': {
    connection: 'each',
    request: 3,
    says: refusal('ERROR', '42883', 'no such function'),
  },
}

const connections = new Map<string, number>()

function tamperOf(dbname: string): Tamper {
  const number = connections.get(dbname) ?? 0
  connections.set(dbname, number + 1)
  const { connection = 'none', request = 0, says } = faults[dbname] ?? {}
  const isIt = connection === 'each' || connection === number
  return (answer, at) => (isIt && at === request ? [...(says ? [says] : []), hangsUp] : answer)
}

let server: Awaited<ReturnType<typeof startGenuineServer>>
beforeAll(async () => {
  server = await startGenuineServer(tamperOf)
})
afterAll(() => server.close())

const runOn = (dbname: string) =>
  runConnector(hpPostgres, {
    ...createOutbound({ allowPrivateNetworks: true }),
    settings: {
      host: '127.0.0.1',
      port: String(server.port),
      dbname,
      user: 'anna',
      password: 'pass word',
      ssl: 'disable',
    },
    grant: null,
  })

describe('a server that falls silent', () => {
  it('while reading is told as that, at no field', async () => {
    const silent = await startGenuineServer(() => (answer, at) => (at === 2 ? [] : answer))
    const settings = {
      ...readPostgresSettings({
        host: '127.0.0.1',
        port: String(silent.port),
        user: 'anna',
        password: 'pass word',
        ssl: 'disable',
      }),
      longestSilence: 100,
    }
    const session = await openSession(settings, {
      ...createOutbound({ allowPrivateNetworks: true }),
      signal: AbortSignal.timeout(20_000),
      report: { phase() {}, log() {} },
    })
    await expect(session.query('select current_setting(server_version)')).rejects.toMatchObject({
      code: 'ConnectionTimeout',
      field: null,
      detail: 'It fell silent while reading.',
    })
    await session.close()
    silent.close()
  })

  it('in the middle of the sign-in is told as that, with who may be to blame', async () => {
    const asks = message('R', Buffer.concat([Buffer.from([0, 0, 0, 5]), Buffer.from('salt')]))
    const silent = await startHostileServer({ first: asks })
    const { error } = await runConnector(hpPostgres, {
      ...createOutbound({ allowPrivateNetworks: true }),
      settings: {
        host: '127.0.0.1',
        port: String(silent.port),
        dbname: 'shop',
        user: 'anna',
        password: 'pass word',
        ssl: 'disable',
        connect_timeout: '1',
      },
      grant: null,
    })
    silent.close()
    expect(error).toMatchObject({
      code: 'ConnectionTimeout',
      field: null,
      detail: expect.stringMatching(/during the sign-in.*pooler/),
    })
  })
})

describe('a connection that is lost', () => {
  it.each(Object.keys(faults).filter((name) => faults[name]?.connection !== 'each'))(
    'once, %s, is made once more',
    async (name) => {
      const run = await runOn(name)
      expect(run.error).toBeNull()
      expect(run.streams.map(({ stream }) => stream)).toEqual(['orders', 'people'])
      expect(run.phases).toEqual(['connecting', 'signing_in', 'reading_schema'])
      expect(connections.get(name)).toBe(3)
    },
  )

  it.each([
    ['each time', null],
    ['each time, with words', 'crash'],
  ])('%s is told as lost while reading, at no field', async (name, words) => {
    const { error } = await runOn(name)
    expect(error).toMatchObject({ code: 'ConnectionLost', field: null })
    if (words !== null) expect(error).toMatchObject({ detail: expect.stringContaining(words) })
    expect(errorTable.ConnectionLost).toMatchObject({
      retryable: true,
      sentence: expect.stringContaining('while reading'),
    })
    expect(connections.get(name)).toBe(3)
  })

  it.each([
    ['of an internal error', 'VendorUnavailable', 'cache lookup failed'],
    ['of what nobody knows', 'CheckFailed', 'no such function'],
  ])('not, but failed %s, is told in words', async (name, code, words) => {
    expect((await runOn(name)).error).toMatchObject({
      code,
      field: null,
      detail: expect.stringContaining(words),
    })
  })
})
