import { afterEach, beforeEach, expect, it } from 'vitest'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'
import { connectedWith } from './same-account.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
  world.useProvider(plainProvider('https://{region}.vendor.test', { endpointSettings: ['region'] }), {
    info: connectorInfo({
      type: 'platform.test-crm',
      slug,
      steps: ['form', 'oauth'],
      properties: [property('region', { affects_authorization: true })],
      authorization: { provider_name: 'Test CRM', scopes: [] },
    }),
  })
  await world.database.write(async (tx) => {
    await tx.db.updateTable('source').set({ properties: '{"region":"eu"}', external_account: null }).execute()
    tx.touch({ accountId, sourceId: world.sourceId })
  })
})
afterEach(() => world.close())

/** Another source, like the world's but for this. */
async function add(name: string, change: { properties?: string; account_id?: number; type?: string }) {
  const like = { ...(await world.source()), id: undefined }
  return world.database.write(async (tx) => {
    const row = { ...like, name, external_account: 'Anna', ...change }
    const { id } = await tx.db.insertInto('source').values(row).returning('id').executeTakeFirstOrThrow()
    tx.touch({ accountId: row.account_id, sourceId: id })
    return id
  })
}

it('finds who is connected with the account at the same place, and nobody else', async () => {
  const same = await add('same', {})
  await add('elsewhere', { properties: '{"region":"us"}' })
  await add('theirs', { account_id: accountId + 1 })
  await add('another-type', { type: 'platform.other' })
  const again = await add('again', {})
  const find = async (name: string) => {
    const registry = { find: () => world.connector() }
    const rows = await connectedWith(world.database.read, registry, await world.source(), name)
    return rows.map(({ id }) => id)
  }
  expect(await find('Anna')).toEqual([same, again])
  expect(await find('Otto')).toEqual([])
})
