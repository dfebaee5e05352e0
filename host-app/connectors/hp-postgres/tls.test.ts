import { createServer, type Server } from 'node:net'
import { createSecureContext, TLSSocket, type SecureContextOptions } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKey, pem, selfSigned, signed, type Identity } from './certificates.testing.ts'
import { message } from './hostile-server.testing.ts'
import { hpPostgres } from './connector.ts'
import { meetServer } from './meet-server.testing.ts'

describe('a certificate of a server', () => {
  const authority = () => ({ ssl_ca_certificate: ca.certificate })
  let ca: Identity
  let leaf: Identity
  let weak: Record<'key' | 'digest', Identity>
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
    return (await meetServer({ host: 'localhost', port, ...settings })).error
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
    expect(String(hpPostgres.config?.({ settings, grant: null })['ssl_ca_certificate'])).toBe(ca.certificate)
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
