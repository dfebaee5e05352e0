import type { FlowFunction } from '@bobbin/shared/flow-function'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { finishedCheck } from '../../testing/shop.testing.ts'
import { createTestFlow, page } from '../../testing/flow.testing.ts'
import { startThief } from './thieving-server.testing.ts'

const type = 'platform.hp-postgres'
/** Where the password was entered for: nobody is there, which is nothing to an attacker. */
const settings = { host: '127.0.0.1', port: '1', dbname: 'shop', user: 'anna', ssl: 'require' }

let test: TestApp
let account: TestAccount
let thief: Awaited<ReturnType<typeof startThief>>
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_ALLOW_PRIVATE_NETWORKS: '1' })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
  thief = await startThief()
})
afterAll(async () => {
  await test.close()
  await thief.stop()
})

let id: number
beforeEach(async () => {
  const body = {
    type,
    display_name: `Shop ${Math.random()}`,
    properties: { ...settings, password: 'stored' },
  }
  id = (await account.call('POST', '/v4/sources', body)).as(source).id
  await finishedCheck(account, id)
})

/** Every step of the source behind it, as after its first walk. */
async function finish() {
  await test.services.database.write(async (tx) => {
    const done = { status: 'succeeded' as const, failure: null }
    tx.touch({ accountId: account.id, sourceId: id })
    await tx.db.updateTable('check_job').set(done).where('source_id', '=', id).execute()
  })
}

async function begin(fn: FlowFunction) {
  const { ephemeral_token: token } = (await account.call('POST', '/v3/sessions/ephemeral', {})).as(
    createdEphemeralToken,
  )
  const one = createTestFlow(test.app, test.services)
  await one.begin(token, { function: fn, id })
  // As a window does it that shows the flow: the step becomes the flow's.
  await one.call('getState')
  return one
}

/** What the attacker wants: the same source, at a server of their own, without protection, the secret kept. */
const elsewhere = () => ({
  display_name: 'Shop',
  properties: { ...settings, port: thief.port, ssl: 'disable' },
})

describe('a stored password is not sent to another server', () => {
  it.each<FlowFunction>(['selectStreamsForSource', 'displayDiscoveryOutputForSource', 'editSource'])(
    'by a flow of %s whose form is posted by hand',
    async (fn) => {
      await finish()
      const one = await begin(fn)
      await one.call('goToStep', { step: 'form' })
      const saved = await one.call('saveForm', elsewhere())
      await one.call('startCheck')
      await finishedCheck(account, id)
      expect(thief.passwords).toEqual([])
      expect(saved.statusCode).toBeGreaterThanOrEqual(400)
    },
  )

  it('by an edit that leaves it blank, which is told why, beside the secret', async () => {
    const one = await begin('editSource')
    const saved = await one.call('saveForm', elsewhere())
    expect([saved.statusCode, saved.json()]).toMatchObject([
      422,
      {
        error: 'InvalidProperties',
        data: {
          reason: 'secret_needed_again',
          faults: { password: { rule: 'needed_again', parameters: { changed: ['port', 'ssl'] } } },
        },
      },
    ])
    const anew = { ...elsewhere().properties, password: 'entered anew' }
    expect((await one.call('saveForm', { display_name: 'Shop', properties: anew })).statusCode).toBe(200)
    await finishedCheck(account, id)
    expect(thief.passwords.splice(0)).toEqual(['entered anew'])
  })

  const put = (properties: Record<string, string | null>, of = id) =>
    account.call('PUT', `/v4/sources/${of}`, { properties })

  it.each<[string, () => Record<string, string | null>]>([
    ['another port', () => ({ port: thief.port })],
    ['another host', () => ({ host: 'localhost' })],
    ['no encryption', () => ({ ssl: 'disable' })],
    ['the default, by removing it', () => ({ port: null })],
    [
      'a certificate of the attacker',
      () => ({ ssl: 'verify-full', ssl_ca_certificate: '-----BEGIN CERTIFICATE-----' }),
    ],
  ])('by a PUT with %s', async (_, properties) => {
    expect(await put(properties())).toMatchObject({
      status: 422,
      body: {
        error: 'InvalidProperties',
        data: { reason: 'secret_needed_again', fields: { password: expect.any(String) } },
      },
    })
    expect((await account.call('GET', `/v4/sources/${id}`)).as(source).properties).toMatchObject(settings)
  })

  it('by a PUT that switches the type, or by a clone that is sent elsewhere', async () => {
    expect(await account.call('PUT', `/v4/sources/${id}`, { type: 'platform.test-shop' })).toMatchObject({
      status: 400,
      body: { error: 'InvalidBody' },
    })
    const clone = (await account.call('POST', `/v4/sources/${id}/clone`)).as(source)
    await finishedCheck(account, clone.id)
    expect((await put({ port: thief.port, ssl: 'disable' }, clone.id)).status).toBe(422)
    expect(thief.passwords).toEqual([])
  })

  it('and stays where nothing moves: another user, or the same place written otherwise', async () => {
    expect((await put({ user: 'ben', connect_timeout: '5' })).status).toBe(200)
    expect((await put({ host: ' 127.0.0.1.' })).status).not.toBe(500)
  })
})
