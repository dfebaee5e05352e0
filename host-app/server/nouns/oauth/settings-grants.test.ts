import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../../connectors/connector.ts'
import { createOutbound } from '../../edges/outbound/outbound.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { changeSource } from '../sources/sources.ts'
import type { OAuth } from './oauth.ts'
import { accountId, openWorld, type World } from './oauth-world.testing.ts'
import {
  changeSettings,
  clientGrant,
  grantConnector,
  keyGrant,
  signInBySettings,
} from './settings-world.testing.ts'

let world: World
let vendor: ScriptedProvider

// The first request of a process loads what it is sent with: that takes longer, on a busy machine, than these leases.
beforeAll(async () => {
  const { origin, close } = await startScriptedProvider()
  await createOutbound({ allowPrivateNetworks: true }).fetch(origin)
  close()
})
beforeEach(async () => {
  world = await openWorld({ timings: { lease: 1_500 } })
  vendor = await startScriptedProvider()
  vendor.answer = () => ({ body: { access_token: `at-${vendor.asked.length}`, expires_in: 3600 } })
  await signInBySettings(world, grantConnector(clientGrant(vendor.origin)), own)
})
afterEach(async () => {
  vendor.close()
  await world.close()
})

const own = { app_id: 'app-1', app_secret: 's3cret-of-theirs' }
const token = (oauth: OAuth = world.oauth, otherThan: string | null = null) =>
  oauth.accessToken(accountId, world.sourceId, { otherThan })
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof ConnectorError ? { code: error.code, field: error.field } : error),
  )
const rejected = { code: 'CredentialsRejected', field: 'app_secret' }
const stored = () => world.credentials.open(accountId, world.sourceId, 'token')

describe('what settings are exchanged for', () => {
  it('is fetched with them, kept sealed, and handed out while it lives', async () => {
    expect(await token()).toBe('at-1')
    expect(await token()).toBe('at-1')
    expect(vendor.asked).toMatchObject([
      {
        parameters: { grant_type: 'client_credentials' },
        authorization: `Basic ${Buffer.from('app-1:s3cret-of-theirs').toString('base64')}`,
      },
    ])
    const row = await world.database.read
      .selectFrom('credential')
      .selectAll()
      .where('kind', '=', 'token')
      .executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain('at-1')
    world.clock.offset += 3_590_000
    expect(await token()).toBe('at-2')
  })

  it('is given to the connector with what the reply keeps, and with nothing of ours', async () => {
    const grant = clientGrant(vendor.origin, { keptFields: { team: 'team.id' }, scopes: ['read'] })
    world.useConnector(grantConnector(grant))
    vendor.answer = () => ({ body: { access_token: 'at', team: { id: 'T1' } } })
    const values = await world.oauth.freshGrant(accountId, world.sourceId)
    const { connectorGrant } = await import('../credentials/credentials.ts')
    expect(values && connectorGrant(world.connector(), values, null)).toEqual({
      accessToken: 'at',
      kept: { team: 'T1' },
      scopes: ['read'],
      externalAccount: null,
    })
  })

  it('is fetched once for 50 callers of two processes', async () => {
    vendor.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      return { body: { access_token: `at-${vendor.asked.length}`, expires_in: 3600 } }
    }
    const processes = [world.anotherProcess(), world.anotherProcess()]
    const tokens = await Promise.all(
      processes.flatMap((oauth) => Array.from({ length: 25 }, () => token(oauth))),
    )
    expect(new Set(tokens)).toEqual(new Set(['at-1']))
    expect(vendor.asked).toHaveLength(1)
  })

  it('is fetched anew, once, when the vendor does not take it any more', async () => {
    await token()
    const renewed = await Promise.all(Array.from({ length: 20 }, () => token(world.oauth, 'at-1')))
    expect(new Set(renewed)).toEqual(new Set(['at-2']))
    expect(vendor.asked).toHaveLength(2)
  })

  it('is dropped with the settings that it was fetched for', async () => {
    await token()
    await changeSettings(world, { app_secret: 'another secret' })
    expect(await stored()).toBeNull()
    expect(await token()).toBe('at-2')
    expect(vendor.asked[1]?.authorization).toBe(
      `Basic ${Buffer.from('app-1:another+secret').toString('base64')}`,
    )
  })

  it('is not handed out for other settings, though they changed while it was on its way', async () => {
    let changed = false
    vendor.answer = async () => {
      if (!changed) {
        changed = true
        await changeSettings(world, { app_secret: 'another secret' })
      }
      return { body: { access_token: `at-${vendor.asked.length}`, expires_in: 3600 } }
    }
    expect(await token()).toBe('at-2')
    expect(await token()).toBe('at-2')
    expect((await stored())?.values['access_token']).toBe('at-2')
  })

  it('is no consent: it is neither told of when it ends, nor given up', async () => {
    await token()
    expect(await world.feed()).not.toContainEqual(expect.objectContaining({ type: 'source.authorized' }))
    expect(await world.grant()).toBeNull()
    await world.database.write((tx) => world.credentials.erase(tx, accountId, world.sourceId))
    expect(await world.database.read.selectFrom('given_up_grant').selectAll().execute()).toEqual([])
    expect(await stored()).toBeNull()
  })
})

describe('a vendor that gives no token', () => {
  it.each(['invalid_client', 'invalid_grant', 'unauthorized_client'])(
    'and says %s, refuses the secret, and is not asked again by each caller',
    async (code) => {
      vendor.answer = () => ({
        status: 400,
        body: { error: code, error_description: 'for s3cret-of-theirs' },
      })
      const failures = await Promise.all(Array.from({ length: 10 }, () => failureOf(token())))
      expect(failures).toEqual(failures.map(() => rejected))
      expect(await failureOf(token(world.anotherProcess()))).toEqual(rejected)
      expect(vendor.asked).toHaveLength(1)
      expect(world.logged.join()).not.toContain('s3cret-of-theirs')
      expect(await world.feed()).not.toContainEqual(expect.objectContaining({ type: 'credentials.revoked' }))
    },
  )

  it('takes mended settings at once, and what was mended there a moment later', async () => {
    vendor.answer = () => ({ status: 401, body: { error: 'invalid_client' } })
    await failureOf(token())
    vendor.answer = () => ({ body: { access_token: 'good' } })
    expect(await failureOf(token())).toEqual(rejected)
    world.clock.offset += 15_000
    expect(await token()).toBe('good')
    vendor.answer = () => ({ status: 401, body: { error: 'invalid_client' } })
    await changeSettings(world, { app_secret: 'wrong' })
    expect(await failureOf(token())).toEqual(rejected)
    vendor.answer = () => ({ body: { access_token: 'mended' } })
    await changeSettings(world, { app_secret: 'right' })
    expect(await token()).toBe('mended')
  })

  it('and is down, is out of order: nothing is said of the settings', async () => {
    vendor.answer = () => ({ status: 503, body: '' })
    expect(await failureOf(token())).toMatchObject({ code: 'VendorUnavailable' })
    expect(await failureOf(token())).toMatchObject({ code: 'VendorUnavailable' })
    expect(vendor.asked).toHaveLength(1)
    world.clock.offset += 15_000
    vendor.answer = () => ({ body: { access_token: 'up' } })
    expect(await token()).toBe('up')
  })

  it.each([
    ['hangs up', 'cut' as const],
    ['redirects', { status: 302, headers: { location: 'https://evil.test/' }, body: '' }],
    ['has a page instead', { status: 404, body: '<html>' }],
  ])('and %s, is out of order, too', async (_how, answer) => {
    vendor.answer = () => answer
    expect(await failureOf(token())).toMatchObject({ code: 'VendorUnavailable' })
  })
})

describe('a secret goes to the vendor alone', () => {
  it.each(['evil.test/', 'evil.test#', 'evil.test\\', 'x@evil.test', '..', 'a.b/../..', 'evil.test:443'])(
    'whatever the setting %j says',
    async (subdomain) => {
      const port = new URL(vendor.origin).port
      const grant = clientGrant(vendor.origin, {
        tokenEndpoint: `http://{subdomain}.localhost:${port}/token`,
      })
      const connector = grantConnector(grant, { hosts: [`*.acme.localhost:${port}`] })
      world.useConnector(connector)
      await expect(changeSettings(world, { subdomain, ...own })).rejects.toMatchObject({
        code: 'InvalidProperties',
      })
      // As if it had been stored before the connector said where its vendor is.
      await world.database.write((tx) =>
        changeSource(tx, accountId, world.sourceId)
          .set({ properties: JSON.stringify({ app_id: 'app-1', subdomain }) })
          .execute(),
      )
      expect(await failureOf(token())).toEqual({ code: 'SettingUnusable', field: 'subdomain' })
      expect(vendor.asked).toEqual([])
    },
  )

  it('and not to where a key file would have it sent', async () => {
    const file = { private_key: 'none', token_uri: `${vendor.origin}/stolen`, client_email: 'a@b.test' }
    await signInBySettings(world, grantConnector(keyGrant(vendor.origin)), {
      app_id: 'app-1',
      app_secret: JSON.stringify(file),
    })
    expect(await failureOf(token())).toEqual({ code: 'SettingUnusable', field: 'app_secret' })
    expect(vendor.asked).toEqual([])
  })
})
