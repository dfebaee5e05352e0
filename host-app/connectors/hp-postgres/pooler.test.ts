import { createHash } from 'node:crypto'
import { isolated } from '@bobbin/shared/isolated'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPgBouncer, type PgBouncer } from '../../../scripts/pgbouncer.mjs'
import { freePort } from '../../../scripts/free-port.mjs'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { newKey, selfSigned } from './certificates.testing.ts'
import { meetServer } from './meet-server.testing.ts'

/** What a real PgBouncer in front of a real server refuses, and how each is told. */
describe('PgBouncer', () => {
  let server: PostgresServer
  const poolers: PgBouncer[] = []
  const password = 'right password'

  beforeAll(async () => {
    server = await startPostgres()
    await server.query(
      `create role anna login password '${password}'; create role bob login password 'of his own'; create table things (id integer primary key); grant select on things to public`,
    )
  })
  afterAll(async () => {
    await Promise.all(poolers.map((pooler) => pooler.stop()))
    await server?.stop()
  })

  type Given = Parameters<typeof startPgBouncer>[0]

  /** Starts one that knows Anna as the server does, and Bob not quite; how it is met. */
  async function pooler({ settings, databases, users, tls }: Partial<Given> = {}) {
    const at = `host=127.0.0.1 port=${server.port}`
    const started = await startPgBouncer({
      databases: { postgres: at, behind: `${at} dbname=not_there`, ...databases },
      users: { anna: password, bob: 'another than his', ...users },
      settings: { auth_type: 'scram-sha-256', ...settings },
      ...(tls && { tls }),
    })
    poolers.push(started)
    return {
      port: started.port,
      meet: (given: Record<string, string> = {}) =>
        meetServer({ host: '127.0.0.1', port: String(started.port), ssl: 'disable', password, ...given }),
    }
  }

  const told = (words: string) =>
    expect.stringContaining(`The server said: ${isolated(words)} (SQLSTATE 08P01)`)

  it('is read through like the server itself, and says what does not fit, by the field', async () => {
    const { meet } = await pooler()
    const { error, streams } = await meet()
    expect([error, streams.map(({ stream }) => stream)]).toEqual([null, ['things']])
    for (const [given, code, field, words] of [
      [{ password: 'wrong' }, 'CredentialsRejected', 'password', 'SASL authentication failed'],
      [{ user: 'nobody' }, 'CredentialsRejected', 'password', 'SASL authentication failed'],
      [{ dbname: 'nowhere' }, 'DatabaseNotFound', 'dbname', 'no such database: nowhere'],
      [{ dbname: 'behind' }, 'DatabaseNotFound', 'dbname', 'database "not_there" does not exist'],
      // The pooler took the password, and the server does not take the pooler's.
      [
        { user: 'bob', password: 'another than his' },
        'CredentialsRejected',
        'password',
        'password authentication failed for user "bob"',
      ],
    ] as const) {
      expect((await meet(given)).error).toMatchObject({ code, field, detail: told(words) })
    }
    expect((await meet({ ssl: 'require' })).error).toMatchObject({ code: 'TlsNotSupported', field: 'ssl' })
  })

  it('by the older kind of password', async () => {
    const { meet } = await pooler({ settings: { auth_type: 'md5' } })
    expect((await meet()).error).toBeNull()
    const wrong: Record<string, string>[] = [{ password: 'wrong' }, { user: 'nobody' }]
    for (const given of wrong) {
      expect((await meet(given)).error).toMatchObject({
        code: 'CredentialsRejected',
        field: 'password',
        detail: told('password authentication failed'),
      })
    }
  })

  it('has another kind of password than the server wants: not what the person entered', async () => {
    const hash = `md5${createHash('md5').update(`${password}anna`).digest('hex')}`
    const { meet } = await pooler({ settings: { auth_type: 'md5' }, users: { anna: hash } })
    expect((await meet()).error).toMatchObject({
      code: 'AuthenticationNotSupported',
      field: null,
      detail: expect.stringMatching(/pooler.*cannot sign in at the server behind it.*wrong password type/),
    })
  })

  it('turns away by rules of its own', async () => {
    const { meet } = await pooler({ settings: { auth_type: 'hba', auth_hba_file: '/dev/null' } })
    expect((await meet()).error).toMatchObject({
      code: 'PermissionDenied',
      field: 'host',
      detail: told('login rejected'),
    })
  })

  it('takes encrypted connections only', async () => {
    const { meet } = await pooler({
      settings: { client_tls_sslmode: 'require' },
      tls: await selfSigned(newKey),
    })
    expect((await meet()).error).toMatchObject({
      code: 'TlsRequired',
      field: 'ssl',
      detail: told('SSL required'),
    })
    expect((await meet({ ssl: 'require' })).error).toBeNull()
  })

  it('is full, or its pool is, or the server behind it is down', async () => {
    const full = await pooler({ settings: { max_client_conn: 1 } })
    const small = await pooler({ settings: { default_pool_size: 1, query_wait_timeout: 1 } })
    const holders = [full, small].map(
      ({ port }) => new Client({ host: '127.0.0.1', port, user: 'anna', password, database: 'postgres' }),
    )
    const behind = `host=127.0.0.1 port=${await freePort()}`
    const down = await pooler({ settings: { query_wait_timeout: 1 }, databases: { postgres: behind } })
    // With a first query a session has a connection of the pool to itself.
    await Promise.all(holders.map((holder) => holder.connect().then(() => holder.query('select 1'))))
    const errors = await Promise.all([full, small, down].map(async ({ meet }) => (await meet()).error))
    await Promise.all(holders.map((holder) => holder.end()))
    const waited = expect.stringMatching(/waited in vain.*query_wait_timeout/)
    expect(errors).toMatchObject([
      {
        code: 'TooManyConnections',
        field: null,
        detail: told('no more connections allowed (max_client_conn)'),
      },
      { code: 'VendorUnavailable', field: null, detail: waited },
      { code: 'VendorUnavailable', field: null, detail: waited },
    ])
  })
})
