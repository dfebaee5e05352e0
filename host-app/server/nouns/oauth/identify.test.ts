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
      identify: ({ accessToken, settings }) => {
        expect(settings).toEqual({ region: 'eu' })
        return identify(accessToken)
      },
    })

  it('is named with the new token', async () => {
    identifiedBy((token) => Promise.resolve(`Acme (${token})`))
    await trip()
    expect(await world.source()).toMatchObject({ external_account: 'Acme (at-1)', settings_version: 2 })
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

  it('holds nobody up when the connector does not answer', { timeout: 15_000 }, async () => {
    identifiedBy(() => new Promise(() => {}))
    expect(await trip()).toEqual({ kind: 'granted' })
    expect(world.logged.join()).toContain('could not be named')
  })
})
