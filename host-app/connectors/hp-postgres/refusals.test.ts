import { createServer } from 'node:net'
import { errorTable } from '@bobbin/shared/errors'
import { isolated } from '@bobbin/shared/isolated'
import { expect, describe, it } from 'vitest'
import { ConnectorError } from '../connector.ts'
import { signedIn } from './hostile-server.testing.ts'
import { askForMd5, listening, meet, meetAt, refusal } from './refusing-server.testing.ts'

const unknown = { code: 'SignInRefused', field: 'user' }
const busy = { code: 'TooManyConnections', field: null }
const trouble = { code: 'VendorUnavailable', field: null }
const badUser = { code: 'CredentialsRejected', field: 'user' }
const badPassword = { code: 'CredentialsRejected', field: 'password' }
const badDatabase = { code: 'DatabaseNotFound', field: 'dbname' }

describe('a sign-in that is refused', () => {
  const retryable = ['SignInRefused', 'TooManyConnections', 'VendorUnavailable']

  it.each([
    ['PgBouncer: user', '08P01', 'no such user: anna', badUser],
    ['PgBouncer: user, older', '08P01', 'No such user', badUser],
    ['PgBouncer: database', '08P01', 'no such database: shop', badDatabase],
    ['PgBouncer: database, of the server', '08P01', 'database "shop" does not exist', badDatabase],
    ['PgBouncer: closed', '08P01', 'database does not allow connections: shop', trouble],
    ['PgBouncer: password', '08P01', 'password authentication failed', badPassword],
    ['PgBouncer: SASL', '08P01', 'SASL authentication failed', badPassword],
    ['PgBouncer: waited', '08P01', 'query_wait_timeout', trouble],
    ['PgBouncer: cannot connect', '08P01', 'pgbouncer cannot connect to server', trouble],
    [
      'PgBouncer: keeps failing',
      '08P01',
      'server login has been failing, try again later (server_login_retry)',
      trouble,
    ],
    ['PgBouncer: full', '08P01', 'no more connections allowed (max_client_conn)', busy],
    ['PgBouncer: config', '08P01', 'bouncer config error', unknown],
    ['PgBouncer: TLS', '08P01', 'SSL required', { code: 'TlsRequired', field: 'ssl' }],
    ['Supavisor: tenant', 'XX000', 'Tenant or user not found', badUser],
    ['Supavisor: tenant, newer', 'XX000', '(ENOTFOUND) tenant/user postgres.abc not found', badUser],
    ['Supavisor: full', 'XX000', 'Max client connections reached', busy],
    [
      'Supavisor: full session',
      'XX000',
      'MaxClientsInSessionMode: max clients reached - in Session mode max clients are limited to pool_size',
      busy,
    ],
    [
      'Supavisor: address',
      'XX000',
      'Address not in tenant allow_list: {1, 2, 3, 4}',
      { code: 'PermissionDenied', field: 'host' },
    ],
    [
      'Supavisor: waited',
      'XX000',
      'Unable to check out process from the pool due to checkout timeout',
      trouble,
    ],
    ['PgCat', '3D000', 'No pool configured for database: "shop", user: "anna"', badDatabase],
    [
      'PgCat, without a code that tells',
      '58000',
      'No pool configured for database: "shop", user: "anna"',
      badDatabase,
    ],
    ['Odyssey', '08P01', "route for 'shop.anna' is not found", badDatabase],
    [
      'Neon: endpoint',
      'XX000',
      "The requested endpoint could not be found, or you don't have access to it.",
      { code: 'HostNotFound', field: 'host' },
    ],
    [
      'Neon: SNI',
      '08P01',
      'Endpoint ID is not specified. Either please upgrade the postgres client library',
      { code: 'HostNotFound', field: 'host' },
    ],
    ['Neon: quota', 'XX000', 'Your project has exceeded the data transfer quota.', trouble],
    [
      'Neon: insecure',
      '08P01',
      'connection is insecure (try using `sslmode=require`)',
      { code: 'TlsRequired', field: 'ssl' },
    ],
    [
      'Neon: address',
      'XX000',
      'This IP address 192.0.2.1 is not allowed to connect to this endpoint.',
      { code: 'PermissionDenied', field: 'host' },
    ],
    [
      'RDS Proxy',
      '28000',
      'This RDS proxy has no credentials for the role anna. Check the credentials for this role and try again.',
      badUser,
    ],
    [
      'Azure',
      '28000',
      'Invalid Username specified. Please check the Username and retry connection.',
      badUser,
    ],
    ['nobody knows: 08P01', '08P01', 'wrong turn', unknown],
    ['nobody knows: XX000', 'XX000', 'wrong turn', unknown],
    ['nobody knows: 53400', '53400', 'wrong turn', unknown],
    ['nobody knows: 57P05', '57P05', 'wrong turn', unknown],
    ['nobody knows: 08006', '08006', 'wrong turn', unknown],
    ['nobody knows: of its own', 'PX001', 'wrong turn', unknown],
    ['nobody knows: without a code', '', 'wrong turn', unknown],
    ['no resources', '53000', 'wrong turn', trouble],
    ['disk full', '53100', 'could not write: No space left on device', trouble],
    ['no memory', '53200', 'out of memory', trouble],
    ['full', '53300', 'sorry, too many clients already', busy],
    ['starting', '57P03', 'the database system is starting up', trouble],
    ['stopping', '57P01', 'terminating connection due to administrator command', trouble],
    ['its disk', '58030', 'could not read block 0', trouble],
    [
      'not accepting',
      '55000',
      'database "shop" is not currently accepting connections',
      { code: 'VendorUnavailable', field: 'dbname' },
    ],
    [
      'in use',
      '55006',
      'database is being accessed by other users',
      { code: 'VendorUnavailable', field: 'dbname' },
    ],
  ])('%s (%s %s)', async (_, code, text, expected) => {
    const { error } = await meet({ first: refusal({ ...(code !== '' && { C: code }), M: text }) })
    expect(error).toMatchObject(expected)
    if (!(error instanceof ConnectorError)) throw error
    expect(error.detail).toContain(`The server said: ${isolated(text)}`)
    if (code !== '') expect(error.detail).toContain(code)
    expect(errorTable[error.code].retryable).toBe(retryable.includes(error.code))
  })

  it('by pg_hba.conf without an entry is most often for our address', async () => {
    const text = 'no pg_hba.conf entry for host "192.0.2.1", user "anna", database "shop", no encryption'
    const { error } = await meet({ first: refusal({ C: '28000', M: text, R: 'ClientAuthentication' }) })
    expect(error).toMatchObject({
      code: 'PermissionDenied',
      field: 'host',
      detail: expect.stringContaining(text),
    })
  })

  it.each([
    ['PAM authentication failed for user "anna"', 'auth_failed', badPassword],
    ['LDAP-Authentifizierung für Benutzer »anna« fehlgeschlagen', 'auth_failed', badPassword],
    ['Peer authentication failed for user "anna"', 'auth_failed', badUser],
    ['role "anna" does not exist', 'InitializeSessionUserId', badUser],
    [
      'Verbindung erfordert ein gültiges Client-Zertifikat',
      'ClientAuthentication',
      { code: 'ClientCertificateRejected', field: 'ssl' },
    ],
  ])('28000 is what its routine says: %s', async (M, R, expected) => {
    expect((await meet({ first: refusal({ C: '28000', M, R }) })).error).toMatchObject(expected)
  })

  it('of no known code still says what to look at, and who may stand in between', () => {
    expect(errorTable.SignInRefused.sentence).toMatch(/pooler.*user, password and database/)
  })

  it('without a word, once it spoke, is not told as another service', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.write(askForMd5)
        socket.once('data', () => socket.destroy())
      })
    })
    expect((await meetAt(await listening(server))).error).toMatchObject(unknown)
    server.close()
  })

  it('by a pooler at the first statement is told as at the sign-in', async () => {
    const { error } = await meet({
      first: signedIn,
      then: refusal({ C: '08P01', M: 'no such database: shop' }),
    })
    expect(error).toMatchObject(badDatabase)
  })
})

describe('a first statement that fails', () => {
  it('is no refused sign-in where the server itself says so', async () => {
    const says = {
      S: 'ERROR',
      C: '42704',
      M: 'unrecognized configuration parameter "lock_timeout"',
      R: 'find_option',
    }
    const { error } = await meet({ first: signedIn, then: refusal(says) })
    expect(error).toMatchObject({ code: 'CheckFailed', field: null, detail: expect.stringContaining(says.M) })
  })
})
