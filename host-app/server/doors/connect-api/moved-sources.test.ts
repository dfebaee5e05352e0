import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'

let test: TestApp
let account: TestAccount
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
})
afterAll(() => test.close())

const needed = { host: 'db.invalid', dbname: 'shop', user: 'anna', password: 'pass word' }
let count = 0
/** Good for a hundred years; nobody has its key. */
const authority = `-----BEGIN CERTIFICATE-----
MIIBhjCCASugAwIBAgIUUjafAmSZOJ6yTUz4UBjAdSkmXBQwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMQW4gYXV0aG9yaXR5MCAXDTI2MTEyOTA2MTU1NloYDzIxMjYx
MTA1MDYxNTU2WjAXMRUwEwYDVQQDDAxBbiBhdXRob3JpdHkwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAATFqRltI/eq9a8MyCMNJaHsYoM5pd+tpNvjiEJv5CstNg75
j71cdoSJR2Adpx6p78h1htIkNpu3Tmgq6MbG+nb/o1MwUTAdBgNVHQ4EFgQUQPmF
zypBARy1coSeATPTKJ4+KVswHwYDVR0jBBgwFoAUQPmFzypBARy1coSeATPTKJ4+
KVswDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA8tAr+uZtCRDD
Nd0/BPYSI5UDHBYD9nBxpP0H6vsQWtUCIQCJuNngkQz2zYdylFS3tWLlpWZDt52+
AuYXANv8zyw1sQ==
-----END CERTIFICATE-----
`
const post = (properties: object) =>
  account.call('POST', '/v4/sources', {
    type: 'platform.hp-postgres',
    display_name: `Moved ${count++}`,
    properties: { ...needed, ...properties },
  })
const configOf = async (id: number) =>
  (await account.call('GET', `/v4/sources/${id}/config`)).as(z.record(z.string(), z.unknown()))

describe('a source that moves over from Stitch or from a tap', () => {
  it.each([
    [{ ssl: 'true' }, { ssl: 'require' }],
    [{ ssl: 'false' }, { ssl: 'disable' }],
    [{ ssl: true }, { ssl: 'require' }],
    [{ ssl: false }, { ssl: 'disable' }],
    [{ sslmode: 'verify-ca' }, { ssl: 'verify-ca' }],
    [{ ssl: 'true', sslmode: 'verify-full' }, { ssl: 'verify-full' }],
    [{ port: 5433 }, { port: '5433' }],
    [{ port: null, connect_timeout: null }, { dbname: 'shop' }],
    [{ frequency_in_minutes: 30 }, { frequency_in_minutes: '30' }],
    [{ ssh: 'false' }, {}],
    [{ ssh: false, ssh_host: '' }, {}],
  ])('brings %j', async (given, kept) => {
    const { properties } = (await post(given)).as(source)
    expect(properties).toMatchObject(kept)
    expect(Object.keys(properties).filter((name) => name.startsWith('ssh') || name === 'sslmode')).toEqual([])
  })

  it('brings all that Stitch and taps know, and the tap is given it', async () => {
    const settings = {
      start_date: '2026-01-01T00:00:00Z',
      filter_dbs: 'shop,crm',
      filter_schemas: 'public,sales',
      default_replication_method: 'INCREMENTAL',
      use_log_based_replication: false,
      replication_slot_name: 'stitch',
      include_schemas_in_destination_stream_name: true,
      incremental_limit: 10_000,
      itersize: '20000',
      logical_poll_total_seconds: 10_800,
      socket_timeout: 60,
      break_at_end_lsn: true,
      max_run_seconds: 43_200,
      debug_lsn: 'false',
      limit: 50_000,
      tap_id: 'shop',
    }
    const made = (await post({ ...settings, image_version: '1.latest' })).as(source)
    const asText = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
    expect(made.properties).toMatchObject({ ...asText, image_version: '1.latest' })
    const config = await configOf(made.id)
    expect(config).toMatchObject(asText)
    expect(config).not.toHaveProperty('image_version')
  })

  it('is told by name what cannot be had yet', async () => {
    const reply = await post({ ssh: 'true', ssh_host: 'bastion', ssh_port: 22, ssh_user: 'anna' })
    expect(reply.status).toBe(422)
    const names = ['ssh', 'ssh_host', 'ssh_port', 'ssh_user']
    expect(reply.body).toMatchObject({
      error: 'InvalidProperties',
      data: {
        bad_properties: names,
        fields: Object.fromEntries(names.map((name) => [name, expect.stringMatching(/tunnel by SSH/)])),
      },
    })
    const { id } = (await post({})).as(source)
    const change = await account.call('PUT', `/v4/sources/${id}`, { properties: { ssh_host: 'bastion' } })
    expect(change.body).toMatchObject({ data: { fields: { ssh_host: expect.stringMatching(/SSH/) } } })
  })

  it('is told the values that it has to send, not their titles', async () => {
    expect((await post({ ssl: 'prefer' })).body).toMatchObject({
      data: { fields: { ssl: 'Choose one of: disable, require, verify-ca, verify-full.' } },
    })
  })

  it.each([
    { ssl: 'verify-full' },
    { ssl: 'disable' },
    { filter_schemas: 'public', start_date: '2026-01-01T00:00:00Z' },
  ])('comes from our own config: %j', async (settings) => {
    const { id } = (await post(settings)).as(source)
    const config = await configOf(id)
    const again = (await post(config)).as(source)
    expect(await configOf(again.id)).toEqual(config)
    const changed = await account.call('PUT', `/v4/sources/${id}`, { properties: config })
    expect(changed.status).toBe(200)
    expect(await configOf(id)).toEqual(config)
  })

  it('brings a bundle of authorities as large as that of AWS, and not a larger one', async () => {
    const bundle = authority.repeat(296)
    expect(bundle.length).toBeGreaterThan(174_184)
    const { id, properties } = (await post({ ssl: 'verify-full', ssl_ca_certificate: bundle })).as(source)
    expect(properties['ssl_ca_certificate']).toBe(bundle)
    expect(await configOf(id)).toMatchObject({ ssl_ca_certificate: bundle })
    const larger = await post({ ssl: 'verify-full', ssl_ca_certificate: bundle.repeat(2) })
    expect(larger.status).toBeGreaterThanOrEqual(400)
  })

  it.each([
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    `${authority.slice(0, 200)}${authority.slice(230)}`,
    `${authority}${authority.slice(0, 300)}\n-----END CERTIFICATE-----`,
    'MIIB',
  ])('is told at once of a certificate that nobody can read: %j', async (certificate) => {
    const reply = await post({ ssl: 'verify-full', ssl_ca_certificate: certificate })
    expect(reply.body).toMatchObject({ data: { bad_properties: ['ssl_ca_certificate'] } })
  })

  it.each([
    ['blanks', ' '],
    ['a backslash and an n', '\\n'],
    ['nothing', ''],
  ])('brings a certificate whose line breaks became %s, and the tap is given them', async (_, instead) => {
    const { id } = (
      await post({ ssl: 'verify-ca', ssl_ca_certificate: authority.replaceAll('\n', instead) })
    ).as(source)
    expect(await configOf(id)).toMatchObject({ ssl_ca_certificate: authority })
  })

  it('never gives away the key of a client certificate', async () => {
    const line = (word: string) => `-----${word} PRIVATE KEY-----\n`
    const key = `${line('BEGIN')}QUJD\n${line('END')}`
    const made = await post({ ssl: true, ssl_client_key: key, ssl_client_key_passphrase: 'open sesame' })
    expect(JSON.stringify(made.body)).not.toMatch(/QUJD|open sesame/)
    expect(await configOf(made.as(source).id)).toMatchObject({ ssl_client_key: key })
  })
})
