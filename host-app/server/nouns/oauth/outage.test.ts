import { afterEach, beforeEach, expect, it } from 'vitest'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { createSources } from '../sources/sources.ts'
import { accountId, openWorld, plainProvider, type World } from './oauth-world.testing.ts'

/* A vendor that is down for everybody: nobody is asked to connect again for that. */

let world: World
let vendor: ScriptedProvider
beforeEach(async () => {
  world = await openWorld()
  vendor = await startScriptedProvider()
  world.useProvider(plainProvider(vendor.origin))
})
afterEach(async () => {
  vendor.close()
  await world.close()
})

/** Sources whose tokens are over. */
async function addSources(many: number): Promise<number[]> {
  const sources = createSources(world.base)
  const { type } = await world.source()
  return world.database.write(async (tx) => {
    const ids: number[] = []
    for (let number = 0; number < many; number += 1) {
      const input = { type, display_name: `CRM number ${number}`, properties: {} }
      const { id } = await sources.create(tx, accountId, input, { mustBeComplete: false, uniqueName: false })
      const values = { access_token: `at of ${id}`, refresh_token: `rt of ${id}` }
      await world.credentials.save(tx, { accountId, sourceId: id, kind: 'oauth', values, expiresAt: 1 })
      ids.push(id)
    }
    return ids
  })
}

it.each([
  ['503', 200, () => ({ status: 503, body: 'Down for maintenance.' })],
  ['429', 20, () => ({ status: 429, body: { error: 'slow_down' } })],
  ['a page in place of an answer', 20, () => ({ status: 404, body: '<html>Not here</html>' })],
  ['a connection that is cut', 20, () => 'cut' as const],
])(
  '%s for all sources leaves every grant as it is, and all are renewed when it is back',
  async (_name, many, down) => {
    const ids = await addSources(many)
    vendor.answer = down
    const ask = (id: number) =>
      world.oauth.accessToken(accountId, id).then(String, ({ code }: { code: string }) => code)
    const during = await Promise.all(ids.map(ask))
    expect(new Set(during)).toEqual(new Set(['VendorUnavailable']))
    // Who asks again at once does not have the vendor asked again.
    const asked = vendor.asked.length
    await Promise.all(ids.map(ask))
    expect([asked, vendor.asked.length]).toEqual([many, many])
    const described = await world.credentials.describeAll(accountId, ids)
    expect(ids.map((id) => described.get(id)?.oauth?.status)).toEqual(ids.map(() => 'ok'))
    expect((await world.feed()).map(({ type }) => type)).not.toContain('credentials.revoked')

    vendor.answer = ({ parameters }) => ({
      body: { access_token: `new of ${parameters['refresh_token']}`, expires_in: 3600 },
    })
    world.clock.offset += 3_600_000
    const after = await Promise.all(ids.map(ask))
    expect(after).toEqual(ids.map((id) => `new of rt of ${id}`))
  },
)
