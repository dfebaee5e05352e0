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
    [{ ssh: 'false' }, { ssh: 'false' }],
    [{ ssh: false, ssh_host: '' }, { ssh: 'false' }],
    [{ encryption_type: 'none' }, { dbname: 'shop' }],
    [
      { ssh: true, ssh_host: 'bastion', ssh_port: 2222, ssh_user: 'anna' },
      { ssh: 'true', ssh_host: 'bastion', ssh_port: '2222', ssh_user: 'anna' },
    ],
    [
      { ssh: 'true', ssh_host: 'bastion', ssh_user: 'anna' },
      { ssh: 'true', ssh_user: 'anna' },
    ],
  ])('brings %j', async (given, kept) => {
    const { properties } = (await post(given)).as(source)
    expect(properties).toMatchObject(kept)
    expect(properties).not.toHaveProperty('sslmode')
    expect(properties).not.toHaveProperty('encryption_type')
  })

  it('brings a tunnel, and who runs the tap is given what it takes to make it', async () => {
    const tunnel = { ssh: 'true', ssh_host: 'bastion', ssh_port: '22', ssh_user: 'anna' }
    const key = `SHA256:${'A'.repeat(43)}`
    const made = await post({ ...tunnel, ssh_key: 'an-ssh-key', ssh_host_key: key })
    expect(JSON.stringify(made.body)).not.toContain('an-ssh-key')
    const { id } = made.as(source)
    const config = { ...tunnel, ssh_private_key: 'an-ssh-key', ssh_host_key: key }
    expect(await configOf(id)).toMatchObject(config)
    expect(
      await account.call('PUT', `/v4/sources/${id}`, { properties: { ssh: 'false', password: 'x' } }),
    ).toMatchObject({ status: 200 })
    expect(Object.keys(await configOf(id)).filter((name) => name.startsWith('ssh'))).toEqual([])
  })

  it.each([
    ['switched off', { ssh: 'false' }, ['password']],
    ['of another host', { ssh_host: 'evil.test' }, ['password', 'ssh_password', 'ssh_private_key']],
    ['of another port', { ssh_port: '2222' }, ['password', 'ssh_password', 'ssh_private_key']],
    ['of another user', { ssh_user: 'root' }, ['password', 'ssh_password', 'ssh_private_key']],
    [
      'of another key',
      { ssh_host_key: `SHA256:${'B'.repeat(43)}` },
      ['password', 'ssh_password', 'ssh_private_key'],
    ],
  ])('keeps no secret for a tunnel that is %s', async (_, change, names) => {
    const tunnel = {
      ssh: 'true',
      ssh_host: 'bastion',
      ssh_user: 'anna',
      ssh_password: 'a',
      ssh_private_key: 'b',
    }
    const { id } = (await post({ ...tunnel, ssh_host_key: `SHA256:${'A'.repeat(43)}` })).as(source)
    const reply = await account.call('PUT', `/v4/sources/${id}`, { properties: change })
    expect(reply).toMatchObject({ status: 422, body: { error: 'InvalidProperties' } })
    expect(reply.body).toMatchObject({ data: { bad_properties: names } })
  })

  it('keeps no secret for a tunnel that is switched on, and all of them when the key of its server is entered', async () => {
    const { id } = (await post({})).as(source)
    const tunnel = { ssh: 'true', ssh_host: 'bastion', ssh_user: 'anna', ssh_password: 'a' }
    const put = (properties: object) => account.call('PUT', `/v4/sources/${id}`, { properties })
    expect(await put(tunnel)).toMatchObject({ status: 422, body: { data: { bad_properties: ['password'] } } })
    expect(await put({ ...tunnel, password: 'x' })).toMatchObject({ status: 200 })
    expect(await put({ ssh_host_key: `SHA256:${'A'.repeat(43)}` })).toMatchObject({ status: 200 })
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

  it('is told by name what says too little', async () => {
    const told = { encryption_type: expect.stringMatching(/ssh: "true"/) }
    const refused = {
      status: 422,
      body: { error: 'InvalidProperties', data: { bad_properties: ['encryption_type'], fields: told } },
    }
    expect(await post({ encryption_type: 'ssh' })).toMatchObject(refused)
    const { id } = (await post({})).as(source)
    const change = await account.call('PUT', `/v4/sources/${id}`, { properties: { encryption_type: 'ssh' } })
    expect(change).toMatchObject(refused)
  })

  it.each([
    [{ ssh: 'true' }, 'form'],
    [{ ssh: 'true', ssh_host: 'bastion', ssh_user: 'anna' }, 'discover_schema'],
  ])('with %j is at the step %s', async (given, step) => {
    expect((await post(given)).body).toMatchObject({ report_card: { current_step_type: step } })
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
    { ssh: 'true', ssh_host: '[::1]', ssh_user: 'anna', ssh_password: 'a' },
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

describe('a program that gives a whole address', () => {
  const create = (subdomain: string) =>
    account.call('POST', '/v4/sources', {
      type: 'platform.zendesk',
      display_name: `Moved ${count++}`,
      properties: { subdomain, start_date: '2026-01-01' },
    })

  it.each(['acme', 'acme.zendesk.com', 'https://acme.zendesk.com/agent/home?x=1'])('%s', async (given) => {
    const made = await create(given)
    expect(made.status).toBe(200)
    expect(made.as(source).properties).toMatchObject({ subdomain: 'acme' })
  })

  it.each(['https://acme.zendesk.com.evil.test', 'https://acme.zendesk.com@evil.test', 'evil.test'])(
    'of another host: %s',
    async (given) => {
      const made = await create(given)
      expect(made.body).toMatchObject({
        error: 'InvalidProperties',
        data: { bad_properties: ['subdomain'] },
      })
    },
  )
})
