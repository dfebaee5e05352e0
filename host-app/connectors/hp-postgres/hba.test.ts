import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { newKey, pem, selfSigned, type Identity } from './certificates.testing.ts'
import { meetServer } from './meet-server.testing.ts'

/** With what a connection begins that is to be encrypted. */
const askForTls = '0000000804d2162f'

/** A way to the server that notes how each connection begins. */
async function watchedDoor(port: number) {
  const begins: string[] = []
  const door = createServer((socket) => {
    const inner = connect(port, '127.0.0.1')
    socket.once('data', (bytes) => begins.push(bytes.subarray(0, 8).toString('hex')))
    socket.pipe(inner).pipe(socket)
    for (const end of [socket, inner]) end.on('error', () => {})
  })
  await once(door.listen(0, '127.0.0.1'), 'listening')
  const address = door.address()
  return {
    begins,
    port: typeof address === 'object' && address ? address.port : 0,
    close: () => door.close(),
  }
}

describe('a server that lets in by its own rules', () => {
  let server: PostgresServer
  let issued: Identity
  let other: Identity
  const password = 'right password'

  beforeAll(async () => {
    server = await startPostgres({
      ssl: true,
      hba: [
        'hostssl all cert_wanted all scram-sha-256 clientcert=verify-ca',
        'hostssl all cert_only all cert',
        'hostnossl all plain_only all scram-sha-256',
        'hostssl all plain_only all reject',
        'host all rejected all reject',
      ],
    })
    const roles = ['cert_wanted', 'cert_only', 'plain_only', 'rejected', 'no_connect']
    const create = roles.map((role) => `create role ${role} login password '${password}';`).join('')
    await server.query(
      `${create} create table things (id integer primary key); grant select on things to public`,
    )
    await server.query('create database closed allow_connections false')
    await server.query('create database bare')
    await server.query('create database no_entry')
    await server.query('revoke connect on database no_entry from public')
    issued = await server.issueCertificate('cert_only')
    other = await server.issueCertificate('somebody else')
  })
  afterAll(() => server?.stop())

  const at = (settings: Record<string, string>) =>
    meetServer({ host: 'localhost', port: String(server.port), ssl: 'require', password, ...settings })
  const identity = ({ certificate, key }: typeof issued) => ({
    ssl_client_certificate: certificate,
    ssl_client_key: key,
  })

  it('wants a client certificate, which is told, and taken', async () => {
    expect((await at({ user: 'cert_wanted' })).error).toMatchObject({
      code: 'ClientCertificateRejected',
      field: 'ssl_client_certificate',
      detail: expect.stringContaining('valid client certificate'),
    })
    expect((await at({ user: 'cert_wanted', ...identity(issued) })).error).toBeNull()
  })

  it('goes by the name in it', async () => {
    const certificates = { ssl: 'verify-full', ssl_ca_certificate: server.caCertificate ?? '' }
    expect((await at({ user: 'cert_only', ...identity(issued), ...certificates })).error).toBeNull()
    expect((await at({ user: 'cert_only', ...identity(other) })).error).toMatchObject({
      code: 'ClientCertificateRejected',
      field: 'ssl_client_certificate',
    })
  })

  it('does not know the authority of a client certificate', async () => {
    const stranger = await selfSigned(newKey)
    expect((await at({ user: 'cert_wanted', ...identity(stranger) })).error).toMatchObject({
      code: 'ClientCertificateRejected',
      field: 'ssl_client_certificate',
    })
  })

  it('takes a key that is encrypted, with its passphrase', async () => {
    const encrypted = createPrivateKey(issued.key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
      .toString()
    const old = createPrivateKey(issued.key)
      .export({ type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
      .toString()
    for (const key of [encrypted, old, old.replaceAll('\n', ''), encrypted.replaceAll('\n', ' ')]) {
      const settings = { user: 'cert_only', ...identity({ ...issued, key }) }
      const passphrase = { field: 'ssl_client_key_passphrase', code: 'ClientCertificateRejected' }
      expect((await at(settings)).error).toMatchObject(passphrase)
      expect((await at({ ...settings, ssl_client_key_passphrase: 'nonsense' })).error).toMatchObject(
        passphrase,
      )
      expect((await at({ ...settings, ssl_client_key_passphrase: 'open sesame' })).error).toBeNull()
    }
  })

  it.each<[string, () => Record<string, string>, string]>([
    ['a certificate alone', () => ({ ssl_client_certificate: issued.certificate }), 'ssl_client_key'],
    ['a key alone', () => ({ ssl_client_key: issued.key }), 'ssl_client_certificate'],
    ['the key of another', () => identity({ ...issued, key: other.key }), 'ssl_client_key'],
    ['a key that is none', () => identity({ ...issued, key: pem('PRIVATE KEY') }), 'ssl_client_key'],
    [
      'a certificate that is none',
      () => identity({ ...issued, certificate: pem('CERTIFICATE') }),
      'ssl_client_certificate',
    ],
  ])('is not dialled with %s', async (_, settings, field) => {
    const { error, phases } = await at({ user: 'cert_only', ...settings() })
    expect(error).toMatchObject({ code: 'ClientCertificateRejected', field })
    expect(phases).toEqual(['connecting'])
  })

  it.each([
    ['require', () => ({})],
    ['verify-full', () => ({ ssl_ca_certificate: server.caCertificate ?? '' })],
  ])('takes unencrypted connections only, which is said and not tried (%s)', async (ssl, more) => {
    const door = await watchedDoor(server.port)
    const { error } = await at({ user: 'plain_only', port: String(door.port), ssl, ...more() })
    door.close()
    expect(error).toMatchObject({
      code: 'PermissionDenied',
      detail: expect.stringMatching(
        /sees us come from.*without encryption.*turn TLS off.*client certificate/,
      ),
    })
    expect(door.begins).toEqual([askForTls])
    expect((await at({ user: 'plain_only', ssl: 'disable' })).error).toBeNull()
  })

  it('rejects a user by a rule, with encryption and without', async () => {
    const expected = { code: 'PermissionDenied', detail: expect.stringMatching(/rule of its pg_hba\.conf/) }
    expect((await at({ user: 'rejected' })).error).toMatchObject({ ...expected, field: 'user' })
    expect((await at({ user: 'rejected', ssl: 'disable' })).error).toMatchObject({
      ...expected,
      field: 'user',
    })
  })

  it('has databases that take nobody, or not this user', async () => {
    const closed = {
      code: 'VendorUnavailable',
      field: 'dbname',
      detail: expect.stringContaining('not currently accepting'),
    }
    expect((await at({ user: 'no_connect', dbname: 'closed' })).error).toMatchObject(closed)
    expect((await at({ user: 'no_connect', dbname: 'template0' })).error).toMatchObject(closed)
    expect((await at({ user: 'no_connect', dbname: 'no_entry' })).error).toMatchObject({
      code: 'PermissionDenied',
      field: 'user',
      detail: expect.stringContaining('no right to connect'),
    })
  })

  it('has nothing in it yet, which is no fault', async () => {
    const { error, streams, lines } = await at({ user: 'no_connect', dbname: 'bare' })
    expect({ error, streams }).toEqual({ error: null, streams: [] })
    expect(lines.join()).toContain('The database is empty')
  })
})
