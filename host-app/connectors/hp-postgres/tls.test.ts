import { execFile } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, TLSSocket, type SecureContextOptions } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { runConnector, type ConnectorRun } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'
import { message } from './hostile-server.testing.ts'

const run = promisify(execFile)
const outbound = createOutbound({ allowPrivateNetworks: true })

const meet = (settings: Record<string, string>): Promise<ConnectorRun> =>
  runConnector(hpPostgres, {
    ...outbound,
    settings: { dbname: 'postgres', user: 'anna', password: 'pass word', connect_timeout: '30', ...settings },
    accessToken: null,
  })

describe('a server that lets in by its own rules', () => {
  let server: PostgresServer
  let issued: { certificate: string; key: string }
  let other: { certificate: string; key: string }
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
    meet({ host: 'localhost', port: String(server.port), ssl: 'require', password, ...settings })
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
    const stranger = await selfSigned(['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'])
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

  it('takes unencrypted connections only, and says how', async () => {
    const { error } = await at({ user: 'plain_only' })
    expect(error).toMatchObject({
      code: 'TlsNotSupported',
      field: 'ssl',
      detail: expect.stringMatching(/Turn TLS off/),
    })
    expect((await at({ user: 'plain_only', ssl: 'disable' })).error).toBeNull()
  })

  it('is not asked without encryption where it has to be verified', async () => {
    const { error } = await at({
      user: 'plain_only',
      ssl: 'verify-full',
      ssl_ca_certificate: server.caCertificate ?? '',
    })
    expect(error).toMatchObject({
      code: 'PermissionDenied',
      detail: expect.stringContaining('without encryption'),
    })
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

describe('a certificate of a server', () => {
  const authority = () => ({ ssl_ca_certificate: ca.certificate })
  let ca: { certificate: string; key: string }
  let leaf: { certificate: string; key: string }
  let weak: Record<'key' | 'digest', { certificate: string; key: string }>
  const servers: Server[] = []

  beforeAll(async () => {
    ca = await selfSigned(newKey, ['-addext', 'basicConstraints=critical,CA:TRUE'])
    ;[leaf, weak] = await Promise.all([
      signed(ca, newKey, 'named.example.com'),
      Promise.all([
        signed(ca, ['-newkey', 'rsa:1024'], 'localhost'),
        signed(ca, newKey, 'localhost', ['-sha1']),
      ]).then(([key, digest]) => ({ key, digest })),
    ])
  })
  afterAll(() => servers.map((server) => server.close()))

  /** What comes after TLS: then all was well with it. */
  const through = { code: 'CredentialsRejected', field: 'password' }

  async function at(options: SecureContextOptions, settings: Record<string, string>): Promise<unknown> {
    const server = await listen(options)
    servers.push(server)
    const address = server.address()
    const port = String(typeof address === 'object' ? address?.port : '')
    return (await meet({ host: 'localhost', port, ...settings })).error
  }

  it('for another host is fine where its authority alone is verified', async () => {
    const own = { cert: leaf.certificate, key: leaf.key }
    expect(await at(own, { ssl: 'verify-ca', ...authority() })).toMatchObject(through)
    expect(await at(own, { ssl: 'verify-full', ...authority() })).toMatchObject({
      code: 'TlsUntrusted',
      field: 'host',
    })
    expect(await at(own, { ssl: 'verify-ca' })).toMatchObject({ code: 'TlsUntrusted', field: 'ssl' })
    const wrong = await selfSigned(newKey)
    expect(await at(own, { ssl: 'verify-ca', ssl_ca_certificate: wrong.certificate })).toMatchObject({
      code: 'TlsUntrusted',
      field: 'ssl_ca_certificate',
    })
  })

  it('is trusted where it is given itself', async () => {
    const own = { cert: leaf.certificate, key: leaf.key }
    expect(await at(own, { ssl: 'verify-ca', ssl_ca_certificate: leaf.certificate })).toMatchObject(through)
    const alone = await selfSigned(newKey, [
      '-addext',
      'basicConstraints=CA:FALSE',
      '-addext',
      'subjectAltName=DNS:localhost',
    ])
    const options = { cert: alone.certificate, key: alone.key }
    expect(await at(options, { ssl: 'verify-full', ssl_ca_certificate: alone.certificate })).toMatchObject(
      through,
    )
    expect(await at(options, { ssl: 'verify-full' })).toMatchObject({ code: 'TlsUntrusted', field: 'ssl' })
  })

  it.each([
    ['blanks', (text: string) => text.replaceAll('\n', ' ')],
    ['nothing', (text: string) => text.replaceAll('\n', '')],
    ['a backslash and an n', (text: string) => text.replaceAll('\n', '\\n')],
    ['what Windows writes, and blanks around', (text: string) => `\n  ${text.replaceAll('\n', '\r\n  ')}`],
    ['text around', (text: string) => `# Our authority\n${text}\nthe end`],
  ])('is verified by an authority whose line breaks became %s', async (_, change) => {
    const own = { cert: leaf.certificate, key: leaf.key }
    const settings = { ssl: 'verify-ca', ssl_ca_certificate: change(ca.certificate) }
    expect(await at(own, settings)).toMatchObject(through)
    expect(String(hpPostgres.config?.({ settings, accessToken: null })['ssl_ca_certificate'])).toBe(
      ca.certificate,
    )
  })

  it('is verified by one of a bundle as large as that of AWS', async () => {
    const others = await Promise.all([1, 2, 3].map(() => selfSigned(['-newkey', 'rsa:4096'])))
    const bundle =
      Array.from({ length: 85 }, (_, index) => others[index % 3]?.certificate).join('') + ca.certificate
    expect(bundle.length).toBeGreaterThan(150_000)
    const own = { cert: leaf.certificate, key: leaf.key }
    expect(await at(own, { ssl: 'verify-ca', ssl_ca_certificate: bundle })).toMatchObject(through)
    const broken = `${ca.certificate}${pem('CERTIFICATE')}`
    expect(await at(own, { ssl: 'verify-ca', ssl_ca_certificate: broken })).toMatchObject({
      code: 'TlsUntrusted',
      field: 'ssl_ca_certificate',
      detail: expect.stringContaining('position 2 of 2'),
    })
  })

  it.each([
    ['key', /key is too weak: RSA needs 2048 bits/],
    ['digest', /digest that is too weak, such as MD5 or SHA-1/],
  ] as const)('is too weak: %s', async (what, words) => {
    const { certificate, key } = weak[what]
    const old = { cert: certificate, key, ciphers: 'DEFAULT@SECLEVEL=0' }
    expect(await at(old, { ssl: 'verify-full', ...authority() })).toMatchObject({
      code: 'TlsUntrusted',
      detail: expect.stringMatching(words),
    })
  })

  it('comes by a TLS that is too old', async () => {
    const old = {
      cert: leaf.certificate,
      key: leaf.key,
      ciphers: 'DEFAULT@SECLEVEL=0',
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
    } as const
    expect(await at(old, { ssl: 'require' })).toMatchObject({
      code: 'TlsNotSupported',
      field: 'ssl',
      detail: expect.stringContaining('no common version of TLS'),
    })
  })
})

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
const pem = (label: string) => `-----BEGIN ${label}-----\nQUJD\n-----END ${label}-----\n`

/** Agrees to TLS, and refuses the password. */
async function listen(options: SecureContextOptions): Promise<Server> {
  const secureContext = createSecureContext(options)
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write('S')
      const secure = new TLSSocket(socket, { isServer: true, secureContext })
      secure.on('error', () => {})
      secure.once('data', () => secure.end(message('E', 'SFATAL\0C28P01\0Mno\0\0')))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const selfSigned = (key: readonly string[], rest: readonly string[] = []) =>
  made(async (folder) => {
    const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'crt')]
    await run('openssl', [
      'req',
      '-x509',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=Alone',
      ...key,
      ...rest,
      ...files,
    ])
  })

const signed = (
  by: { certificate: string; key: string },
  key: readonly string[],
  name: string,
  rest: readonly string[] = [],
) =>
  made(async (folder) => {
    const file = (one: string) => join(folder, one)
    await Promise.all([
      writeFile(file('ca.crt'), by.certificate),
      writeFile(file('ca.key'), by.key),
      writeFile(file('names'), `subjectAltName=DNS:${name}\n`),
    ])
    await run('openssl', [
      'req',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      ...key,
      '-keyout',
      file('key'),
      '-out',
      file('csr'),
    ])
    const authority = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2']
    await run('openssl', [
      'x509',
      '-req',
      '-in',
      file('csr'),
      ...authority,
      '-extfile',
      file('names'),
      ...rest,
      '-out',
      file('crt'),
    ])
  })

async function made(make: (folder: string) => Promise<void>): Promise<{ certificate: string; key: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'bobbin-certificate-'))
  try {
    await make(folder)
    const [certificate, key] = await Promise.all(
      ['crt', 'key'].map((name) => readFile(join(folder, name), 'utf8')),
    )
    return { certificate: certificate ?? '', key: key ?? '' }
  } finally {
    await rm(folder, { recursive: true })
  }
}
