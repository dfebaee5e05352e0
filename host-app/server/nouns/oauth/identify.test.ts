import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../../connectors/connector.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

let world: World
let provider: ScriptedProvider

beforeEach(async () => {
  world = await openWorld()
  provider = await startScriptedProvider()
  world.useProvider(plainProvider(provider.origin))
  await world.database.write((tx) => tx.db.updateTable('source').set({ external_account: null }).execute())
})
afterEach(async () => {
  provider.close()
  await world.close()
})

async function trip() {
  const { stateHash } = await world.start()
  return await world.finish(stateHash, slug, { code: 'code-1' })
}

describe('the external account', () => {
  const identifiedBy = (identify: (token: string | null) => Promise<string | null>) =>
    world.useProvider(plainProvider(provider.origin), {
      identify: ({ grant, settings }) => {
        expect(settings).toEqual({ region: 'eu' })
        return identify(grant?.accessToken ?? null)
      },
    })

  it('is named with the new token', async () => {
    identifiedBy((token) => Promise.resolve(`Acme (${token})`))
    await trip()
    expect(await world.source()).toMatchObject({ external_account: 'Acme (at-1)', settings_version: 2 })
  })

  it('is asked for with a renewed token where the vendor refuses the new one, once; what is renewed is kept', async () => {
    provider.answer = ({ parameters }) => ({
      body: parameters['refresh_token']
        ? { access_token: 'at-2', expires_in: 3600 }
        : { access_token: 'at-1', refresh_token: 'rt-1', expires_in: 60 },
    })
    identifiedBy((token) =>
      token === 'at-1'
        ? Promise.reject(new ConnectorError('AuthorizationExpired'))
        : Promise.resolve(`Acme (${token})`),
    )
    expect(await trip()).toEqual({ kind: 'granted' })
    expect(await world.source()).toMatchObject({ external_account: 'Acme (at-2)' })
    expect(await world.grant()).toMatchObject({
      values: { access_token: 'at-2', refresh_token: 'rt-1' },
      lifetime: 3_600_000,
    })

    identifiedBy(() => Promise.reject(new ConnectorError('CredentialsRejected')))
    provider.asked.length = 0
    await trip()
    expect(provider.asked).toHaveLength(2)
  })

  it('cannot turn the text around its name', async () => {
    identifiedBy(() => Promise.resolve('Acme \u202edtL\u0000\nBerlin'))
    await trip()
    expect(await world.source()).toMatchObject({ external_account: 'Acme dtL Berlin' })
  })

  it('stays unnamed when naming it fails, and the grant stands', async () => {
    for (const failure of [new ConnectorError('VendorUnavailable'), new Error('tok-secret')]) {
      identifiedBy(() => Promise.reject(failure))
      expect(await trip()).toEqual({ kind: 'granted' })
      expect(await world.source()).toMatchObject({ external_account: null })
    }
    expect(world.logged.join()).not.toContain('tok-secret')
  })

  it('holds nobody up when the connector does not answer', async () => {
    identifiedBy(() => new Promise(() => {}))
    expect(await trip()).toEqual({ kind: 'granted' })
    expect(world.logged.join()).toContain('could not be named')
  })
})
