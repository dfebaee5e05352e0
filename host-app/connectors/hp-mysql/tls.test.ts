import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startMariadb, type MysqlServer } from '../../../scripts/mysql-server.mjs'
import { newKey, selfSigned } from '../hp-postgres/certificates.testing.ts'
import { runConnector } from '../connector-contract.testing.ts'
import { hpMariadb } from './connector.ts'
import { at } from './fixtures.testing.ts'

let server: MysqlServer
beforeAll(async () => {
  server = await startMariadb({ ssl: true })
  await server.query(`create database shop; create table shop.orders (id int primary key);
    create user reader identified by 'reader-password' require ssl; grant select on shop.* to reader;
    create user known identified by 'reader-password' require x509; grant select on shop.* to known`)
}, 300_000)
afterAll(() => server?.stop())

async function meet(settings: Record<string, string>) {
  const given = { host: 'localhost', ssl: 'verify-full', ssl_ca: server.caCertificate ?? '', ...settings }
  return runConnector(hpMariadb, at(server, given))
}

const found = { error: null, streams: [{ tap_stream_id: 'shop-orders' }] }

describe('TLS with MariaDB', () => {
  it.each([
    ['encrypted', { ssl: 'require', ssl_ca: '' }],
    ['verified by name', {}],
    ['verified by address', { host: '127.0.0.1' }],
    ['verified by its authority alone', { ssl: 'verify-ca' }],
    ['encrypted, and an authority is named', { ssl: 'require' }],
  ])('works %s', async (_, settings) => {
    expect(await meet(settings)).toMatchObject(found)
  })

  it('works by an authority whose line breaks were lost', async () => {
    expect(await meet({ ssl_ca: (server.caCertificate ?? '').replaceAll('\n', '\\n') })).toMatchObject(found)
  })

  it('is refused where the certificate is for another name, whatever address it has', async () => {
    for (const host of ['other.localhost', '127.0.0.2']) {
      const { error } = await runConnector(hpMariadb, {
        ...at(server, { host, ssl: 'verify-full', ssl_ca: server.caCertificate ?? '' }),
        resolveAddresses: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
      })
      expect(error).toMatchObject({ code: 'TlsUntrusted', field: 'host' })
    }
  })

  it('is refused where its authority is another one, or none that is known', async () => {
    const other = await selfSigned(newKey)
    for (const ssl of ['require', 'verify-ca', 'verify-full']) {
      const { error } = await meet({ ssl, ssl_ca: other.certificate })
      expect(error).toMatchObject({ code: 'TlsUntrusted', field: 'ssl_ca' })
    }
    expect((await meet({ ssl_ca: '' })).error).toMatchObject({ code: 'TlsUntrusted', field: 'ssl' })
    const broken = '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n'
    expect((await meet({ ssl_ca: broken })).error).toMatchObject({ code: 'TlsUntrusted', field: 'ssl_ca' })
  })

  it('shows who we are by a certificate, where the server wants to know', async () => {
    const { certificate, key } = await server.issueCertificate('known')
    const known = { user: 'known', ssl_cert: certificate, ssl_key: key }
    expect(await meet(known)).toMatchObject(found)
    expect((await meet({ user: 'known' })).error).toMatchObject({ code: 'CredentialsRejected' })
    const off = { ...known, ssl_client_auth_enabled: 'false' }
    expect((await meet(off)).error).toMatchObject({ code: 'CredentialsRejected' })
    const other = await selfSigned(newKey)
    expect((await meet({ ...known, ssl_key: other.key })).error).toMatchObject({
      code: 'ClientCertificateRejected',
      field: 'ssl_key',
    })
    expect((await meet({ ...known, ssl_key: '' })).error).toMatchObject({
      code: 'ClientCertificateRejected',
      field: 'ssl_key',
    })
    expect(hpMariadb.config?.({ settings: { ...known, ssl: 'true' }, grant: null })).toMatchObject({
      ssl_client_auth_enabled: 'true',
      ssl_cert: certificate,
      ssl_key: key,
    })
  })

  it('is what a user needs who is let in over it only', async () => {
    const { error } = await meet({ ssl: 'disable' })
    expect(error).toMatchObject({
      code: 'CredentialsRejected',
      field: 'password',
      detail: expect.stringContaining('over TLS only'),
    })
  })
})

it('dials the addresses that it is given, one after the other, and no others', async () => {
  const addresses = [
    { address: '127.0.0.3', family: 4 as const },
    { address: '127.0.0.1', family: 4 as const },
  ]
  const run = await runConnector(hpMariadb, {
    ...at(server, { host: 'db.example.com', ssl: 'require' }),
    resolveAddresses: () => Promise.resolve(addresses),
  })
  expect(run).toMatchObject(found)
  const nowhere = await runConnector(hpMariadb, {
    ...at(server, { host: 'localhost', ssl: 'require' }),
    resolveAddresses: () => Promise.resolve(addresses.slice(0, 1)),
  })
  expect(nowhere.error).toMatchObject({ code: 'ConnectionRefused', field: 'host' })
})
