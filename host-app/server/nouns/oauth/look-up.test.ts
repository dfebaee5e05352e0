import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Connector, ConnectorError } from '../../../connectors/connector.ts'
import { oauthFaults } from '../../../connectors/oauth-rules.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

let world: World
let provider: ScriptedProvider

beforeEach(async () => {
  world = await openWorld()
  provider = await startScriptedProvider()
  await world.database.write((tx) => tx.db.updateTable('source').set({ external_account: null }).execute())
  provider.answer = ({ parameters }) => ({
    body: parameters['refresh_token']
      ? { access_token: 'at-2', expires_in: 3600 }
      : { access_token: 'at-1', refresh_token: 'rt-1', expires_in: 3600 },
  })
})
afterEach(async () => {
  provider.close()
  await world.close()
})

const finding = (afterExchange: NonNullable<Connector['afterExchange']>, more: Partial<Connector> = {}) => {
  const { host } = new URL(provider.origin)
  world.useProvider(plainProvider(provider.origin, { keptLookups: ['dc', 'base'] }), {
    hosts: [host, '*.vendor.test'],
    afterExchange,
    ...more,
  })
}

async function trip() {
  const { stateHash } = await world.start()
  return await world.finish(stateHash, slug, { code: 'code-1' })
}

const refusedFor = (reason: string) => ({ kind: 'refused', refusal: expect.objectContaining({ reason }) })

describe('what is looked up of a new grant', () => {
  it('is found with its token and the settings, kept with it, and outlives a renewal', async () => {
    const seen: unknown[] = []
    finding(
      ({ grant, settings }) => {
        seen.push({ token: grant?.accessToken, settings })
        return Promise.resolve({ dc: 'us1', base: 'https://us1.vendor.test/api' })
      },
      { identify: ({ grant }) => Promise.resolve(`Acme ${grant?.kept['dc']}`) },
    )
    expect(await trip()).toEqual({ kind: 'granted' })
    expect(seen).toEqual([{ token: 'at-1', settings: { region: 'eu' } }])
    expect((await world.grant())?.values).toMatchObject({ dc: 'us1', base: 'https://us1.vendor.test/api' })
    expect((await world.source()).external_account).toBe('Acme us1')
    await world.oauth.accessToken(accountId, world.sourceId, { otherThan: 'at-1' })
    expect((await world.grant())?.values).toMatchObject({ access_token: 'at-2', dc: 'us1' })
    expect(seen).toHaveLength(1)
  })

  it('is kept with each grant of the consent, since each is renewed and revoked for itself', async () => {
    provider.answer = () => ({
      body: { access_token: 'at-1', authed_user: { access_token: 'at-user', refresh_token: 'rt-user' } },
    })
    const { host } = new URL(provider.origin)
    const seen: unknown[] = []
    const otherGrants = [{ role: 'user', path: ['authed_user'], fatal: false }]
    world.useProvider(plainProvider(provider.origin, { keptLookups: ['dc'], otherGrants }), {
      hosts: [host],
      afterExchange({ grant }) {
        seen.push(grant?.others?.['user']?.accessToken)
        return Promise.resolve({ dc: 'us1' })
      },
    })
    expect(await trip()).toEqual({ kind: 'granted' })
    expect(seen).toEqual(['at-user'])
    const theirs = await world.credentials.open(accountId, world.sourceId, 'oauth:user')
    expect(theirs?.values).toMatchObject({ access_token: 'at-user', refresh_token: 'rt-user', dc: 'us1' })
    expect((await world.grant())?.values).toMatchObject({ access_token: 'at-1', dc: 'us1' })
  })

  it('has no other names than the provider says: none of a token above all', async () => {
    finding(() => Promise.resolve({ dc: 'us1', access_token: 'stolen', refresh_token: 'stolen', other: 'x' }))
    expect(await trip()).toEqual({ kind: 'granted' })
    expect((await world.grant())?.values).toEqual({
      access_token: 'at-1',
      refresh_token: 'rt-1',
      token_type: 'Bearer',
      dc: 'us1',
    })
  })

  it.each([
    'https://evil.test/api',
    'http://us1.vendor.test/',
    'https://us1.vendor.test@evil.test/',
    'https://us1.vendor.test.evil.test/',
    '//evil.test',
  ])('is refused as a whole where it is not at the vendor: %s', async (base) => {
    await world.haveGrant({ access_token: 'older', refresh_token: 'rt-0' }, null)
    finding(() => Promise.resolve({ dc: 'us1', base }))
    expect(await trip()).toEqual(refusedFor('provider_error'))
    expect((await world.grant())?.values).toEqual({ access_token: 'older', refresh_token: 'rt-0' })
    expect(world.logged.join()).not.toContain('evil')
  })

  it.each([
    ['the vendor is down', () => new ConnectorError('VendorUnavailable'), 'unreachable'],
    ['the vendor refuses', () => new ConnectorError('PermissionDenied'), 'provider_error'],
    ['the connector breaks', () => new TypeError('at-1 in it'), 'provider_error'],
  ])('leaves the older grant where %s, and can be tried again', async (_when, error, reason) => {
    await world.haveGrant({ access_token: 'older', refresh_token: 'rt-0' }, null)
    finding(() => Promise.reject(error()))
    expect(await trip()).toEqual(refusedFor(reason))
    expect(await world.grant()).toMatchObject({ status: 'ok', values: { access_token: 'older' } })
    expect(world.logged.join()).not.toContain('at-1')
    finding(() => Promise.resolve({ dc: 'us1' }))
    expect(await trip()).toEqual({ kind: 'granted' })
  })
})

it('a connector says what it looks up, and where it may be', () => {
  finding(() => Promise.resolve({}))
  const connector = world.connector()
  expect(oauthFaults(connector)).toEqual([])
  expect(oauthFaults({ ...connector, hosts: undefined })).toContain(
    'oauth: what is looked up is used at `hosts`, which are not said',
  )
  expect(oauthFaults({ ...connector, afterExchange: undefined })).toContain(
    'oauth: keptLookups and `afterExchange` go together',
  )
})
