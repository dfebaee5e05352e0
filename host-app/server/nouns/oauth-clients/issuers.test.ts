import { afterAll, beforeAll, beforeEach, afterEach, expect, it } from 'vitest'
import { type RealProvider, startRealProvider } from '../oauth/real-provider.testing.ts'
import { openRevocations, type RevocationWorld } from '../revocations/revocations.testing.ts'
import { accountId as first, slug } from '../oauth/oauth-world.testing.ts'

const type = 'platform.test-crm'
const second = 8

let provider: RealProvider
beforeAll(async () => {
  provider = await startRealProvider('http://localhost:4400')
})
afterAll(() => provider.close())

let world: RevocationWorld
beforeEach(async () => {
  world = await openRevocations()
  world.useProvider(provider.record)
  provider.allow('anna')
})
afterEach(() => world.close())

interface Place {
  accountId: number
  sourceId: number
}

/** A source of an account that nobody has authorized. */
async function sourceOf(accountId: number): Promise<Place> {
  const input = { type, display_name: `CRM of ${accountId}`, properties: {} }
  const options = { mustBeComplete: false, uniqueName: true }
  const { id } = await world.database.write((tx) => world.sources.create(tx, accountId, input, options))
  return { accountId, sourceId: id }
}

/** An account's own client, which the provider knows as well. */
const own = (owner: number | null, more: { client_secret?: string; is_default?: boolean } = {}) =>
  world.database.write((tx) =>
    world.oauthClients.create(tx, owner, {
      type,
      client_id: 'client-2',
      client_secret: 'of client-2',
      ...more,
    }),
  )

/** A person goes to the provider: where to, and what brings them back. */
async function leave(place: Place) {
  const connector = world.connector()
  const { location } = await world.database.write((tx) =>
    world.oauth.start(tx, { flowId: `flow of ${place.sourceId}`, ...place, oauthClientId: null, connector }),
  )
  const url = new URL(location)
  const trip = await world.oauth.findTrip(url.searchParams.get('state') ?? '')
  if (!trip) throw new Error('The trip was not stored.')
  const finish = async () => world.finish(trip.stateHash, slug, await provider.browse(url))
  return { clientId: url.searchParams.get('client_id'), finish }
}

async function authorize(place: Place) {
  const { clientId, finish } = await leave(place)
  return [clientId, await finish()]
}

const issuerOf = async ({ accountId, sourceId }: Place) =>
  (await world.credentials.open(accountId, sourceId, 'oauth'))?.oauthClientId

/** The provider's tokens live too short to be handed out twice: each time one is asked for, it is renewed. */
const renew = ({ accountId, sourceId }: Place) => world.oauth.accessToken(accountId, sourceId)

it('two accounts, one with a client of its own: each is authorized and renewed by its own', async () => {
  const { id } = await own(first)
  const [one, other] = [await sourceOf(first), await sourceOf(second)]
  expect(await authorize(one)).toEqual(['client-2', { kind: 'granted' }])
  expect(await authorize(other)).toEqual(['client-1', { kind: 'granted' }])
  expect([await issuerOf(one), await issuerOf(other)]).toEqual([id, null])
  // The provider would refuse a refresh token of the other client.
  for (let round = 0; round < 2; round += 1) {
    expect(await Promise.all([renew(one), renew(other)])).toEqual([expect.any(String), expect.any(String)])
  }
  expect([await issuerOf(one), await issuerOf(other)]).toEqual([id, null])
})

it('a grant stays with who issued it when its account gets a client of its own, until it is authorized anew', async () => {
  const place = await sourceOf(first)
  await authorize(place)
  const { id } = await own(first)
  expect([await renew(place), await issuerOf(place)]).toEqual([expect.any(String), null])
  expect(await authorize(place)).toEqual(['client-2', { kind: 'granted' }])
  expect([await issuerOf(place), await renew(place)]).toEqual([id, expect.any(String)])
})

it('a grant stays with the operator’s client when another becomes the default', async () => {
  const before = await own(null)
  const place = await sourceOf(first)
  expect(await authorize(place)).toEqual(['client-2', { kind: 'granted' }])
  await own(null, { client_secret: 'of nobody' })
  expect([await renew(place), await issuerOf(place)]).toEqual([expect.any(String), before.id])
})

it('a source goes by the client that was chosen for it, its account’s others by the default', async () => {
  const { id } = await own(first, { is_default: false })
  const place = await sourceOf(first)
  expect((await leave(place)).clientId).toBe('client-1')
  await world.database.write((tx) =>
    world.sources.update(tx, first, place.sourceId, { oauth_client_id: id }, 'merge'),
  )
  expect(await authorize(place)).toEqual(['client-2', { kind: 'granted' }])
  expect((await leave(await sourceOf(first))).clientId).toBe('client-1')
})

it('a callback is exchanged by the client that the trip began with', async () => {
  const place = await sourceOf(first)
  const { clientId, finish } = await leave(place)
  await own(first)
  expect([clientId, await finish(), await issuerOf(place)]).toEqual(['client-1', { kind: 'granted' }, null])
})

it('a new secret counts from the next renewal on', async () => {
  const { id } = await own(first)
  const place = await sourceOf(first)
  await authorize(place)
  const set = (client_secret: string) =>
    world.database.write((tx) => world.oauthClients.update(tx, first, id, { client_secret }))
  await set('no longer right')
  await expect(renew(place)).rejects.toMatchObject({ code: 'AppMisconfigured' })
  expect(world.logged.join()).toContain(id)
  expect(world.logged.join()).not.toContain('no longer right')
  world.clock.offset += 600_000
  await set('of client-2')
  expect(await renew(place)).toEqual(expect.any(String))
})

it('a client that sources depend on is removed by force only; then they are authorized anew, by another', async () => {
  const { id } = await own(first)
  const place = await sourceOf(first)
  await authorize(place)
  const remove = (force: boolean) =>
    world.database.write((tx) => world.oauthClients.remove(tx, first, id, { force }))
  await expect(remove(false)).rejects.toMatchObject({
    code: 'Conflict',
    data: { reason: 'client_in_use', source_ids: [place.sourceId] },
  })
  await remove(true)
  await expect(renew(place)).rejects.toMatchObject({ code: 'AuthorizationExpired' })
  expect((await world.feed()).at(-1)).toEqual({
    type: 'credentials.revoked',
    data: { source_id: place.sourceId },
  })
  expect(await authorize(place)).toEqual(['client-1', { kind: 'granted' }])
  expect(await renew(place)).toEqual(expect.any(String))
})

it('a grant that was under way when its client was removed ends, and is renewed by no other', async () => {
  const { id } = await own(first)
  const place = await sourceOf(first)
  const { finish } = await leave(place)
  await world.database.write((tx) => world.oauthClients.remove(tx, first, id, { force: true }))
  expect(await finish()).toMatchObject({ kind: 'refused', refusal: { reason: 'misconfigured' } })
  const granted = await sourceOf(first)
  await authorize(granted)
  await issuedBy(granted, id)
  await expect(renew(granted)).rejects.toMatchObject({ code: 'AuthorizationExpired' })
})

it('a client is of no use to another account, even where its row names it', async () => {
  const { id } = await own(first)
  const place = await sourceOf(second)
  await authorize(place)
  await issuedBy(place, id)
  await expect(renew(place)).rejects.toMatchObject({ code: 'AuthorizationExpired' })
  await world.database.write((tx) =>
    world.sources.update(tx, second, place.sourceId, { oauth_client_id: id }, 'merge'),
  )
  expect((await leave(place)).clientId).toBe('client-1')
})

it('a secret does not open as another account’s', async () => {
  const { id } = await own(first)
  await world.database.write((tx) =>
    tx.db.updateTable('oauth_client').set({ account_id: second }).where('id', '=', id).execute(),
  )
  await expect(leave(await sourceOf(second))).rejects.toMatchObject({ reason: 'not_authentic' })
})

it('what an account’s client was granted is revoked by that client, whoever else is connected by another', async () => {
  await own(first)
  const [one, other] = [await sourceOf(first), await sourceOf(second)]
  await authorize(one)
  await authorize(other)
  const { values } = (await world.credentials.open(first, one.sourceId, 'oauth')) ?? {}
  await world.remove(one.sourceId)
  world.work()
  await expect.poll(() => world.rows()).toEqual([])
  expect(await world.told()).toMatchObject([{ because: 'deleted', at_provider: 'revoked' }])
  expect(await provider.isActive(values?.['refresh_token'] ?? '')).toBe(false)
  expect(await renew(other)).toEqual(expect.any(String))
})

/** As if the row said so. */
const issuedBy = ({ accountId, sourceId }: Place, id: string) =>
  world.database.write((tx) =>
    tx.db
      .updateTable('credential')
      .set({ oauth_client_id: id })
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .execute(),
  )
