import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { createTestFlow, page } from '../../testing/flow.testing.ts'
import { openProviderWorld, type ProviderWorld, type } from '../../testing/provider-flow.testing.ts'
import { createTestPage, customerToken } from './catalog.testing.ts'

/* What is removed stays so, whatever was under way about it. */

let world: ProviderWorld
let browser: ReturnType<typeof createTestPage>
beforeEach(async () => {
  world = await openProviderWorld({ BOBBIN_BROWSER_TOKENS: 'true' })
  browser = createTestPage(world.test, page)
  await browser.call('POST', '/sessions', { token: await customerToken(world.test, world.account) })
})
afterEach(() => world.close())

/** A source that its provider granted, with a token that has to be renewed. */
async function createGranted(): Promise<number> {
  const payload = { type, display_name: 'Trip', properties: {} }
  const { id } = (await world.account.call('POST', '/v4/sources', payload)).body as { id: number }
  const { database, credentials } = world.test.services
  await database.write((tx) =>
    credentials.save(tx, {
      kind: 'oauth',
      values: { access_token: 'of anna', refresh_token: 'rt-1' },
      accountId: world.account.id,
      sourceId: id,
      expiresAt: 1,
    }),
  )
  return id
}

const remove = (id: number | string) => browser.call('DELETE', `/connection/${id}`)

/** From here on what is removed is revoked at the provider, which says what it is told to say. */
function revokeAtProvider() {
  const connector = world.test.services.registry.find(type)
  if (!connector?.oauth) throw new Error('The connector of the test is not there.')
  const revocation = { endpoint: `${world.provider.origin}/revoke` }
  // What it would take down at the vendor first is another story.
  Object.assign(connector, { oauth: { ...connector.oauth, revocation }, beforeDisconnect: undefined })
  world.test.services.revocationWorker.start()
}

const revoked = () =>
  world.provider.asked.flatMap(({ path, parameters }) => (path === '/revoke' ? [parameters['token']] : []))

/** Nothing is there of it, for the page and for the back end, and nothing of its secrets in the store. */
async function expectGone(id: number | string) {
  expect(await browser.call('GET', `/connection/${id}`)).toMatchObject({
    status: 404,
    body: { error: 'NotFound' },
  })
  expect((await browser.call('GET', '/connections')).body).toEqual({ connections: [] })
  const source = await world.account.call('GET', `/v4/sources/${id}`)
  expect(source.body).toMatchObject({ deleted_at: expect.any(String) })
  const sealed = await world.test.services.database.read
    .selectFrom('credential')
    .select('kind')
    .where('account_id', '=', world.account.id)
    .execute()
  expect(sealed).toEqual([])
  expect((await remove(id)).status).toBe(404)
}

describe('a connection that is removed', () => {
  it('is answered as it was, and no longer enabled', async () => {
    const id = await createGranted()
    const { status, body } = await remove(id)
    expect([status, body.connection]).toMatchObject([
      200,
      { id: String(id), enabled: false, display_name: 'Trip', connector: { slug: 'test-trip' } },
    ])
    expect(body.connection).not.toHaveProperty('authorization')
    await expectGone(id)
  })

  it('is revoked at its provider, and the page waits for none of it', async () => {
    const id = await createGranted()
    const isAsked = Promise.withResolvers<void>()
    world.provider.answer = () => {
      isAsked.resolve()
      return 'cut'
    }
    revokeAtProvider()
    expect((await remove(id)).status).toBe(200)
    await isAsked.promise
    await expectGone(id)
    world.provider.answer = () => ({ body: '' })
    await expect.poll(revoked).toEqual(['rt-1', 'rt-1'])
  })

  it('is revoked when the back end deletes it, or a run that made it is discarded', async () => {
    revokeAtProvider()
    const deleted = await createGranted()
    expect((await world.account.call('DELETE', `/v4/sources/${deleted}`)).status).toBe(200)
    await expect.poll(revoked).toEqual(['rt-1'])

    const [isAsked, isDiscarded] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    world.provider.answer = async ({ path }) => {
      if (path === '/revoke') return { body: '' }
      isAsked.resolve()
      await isDiscarded.promise
      return { body: { access_token: 'of otto', refresh_token: 'rt of otto' } }
    }
    const flow = await world.begin({ function: 'addSource', type })
    await flow.call('saveForm', { display_name: 'Trip', properties: {} })
    const [{ id }] = (await browser.call('GET', '/connections')).body.connections as [{ id: string }]
    const state = await world.leave(flow)
    // The run comes to its end while the code is exchanged.
    const back = world.callback(flow, { code: 'code', state })
    await isAsked.promise
    expect((await flow.call('cancelFlow', { discard: [Number(id)] })).statusCode).toBe(200)
    isDiscarded.resolve()
    await back
    await expect.poll(revoked).toEqual(['rt-1', 'rt of otto'])
    await expectGone(id)
  })

  it('does not come back by a renewal of its token that was under way', async () => {
    const id = await createGranted()
    const answer = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    world.provider.answer = async () => {
      asked.resolve()
      await answer.promise
      return { body: { access_token: 'renewed', refresh_token: 'rt-2', token_type: 'Bearer' } }
    }
    const reading = browser.call('GET', `/connection/${id}`)
    await asked.promise
    revokeAtProvider()
    expect((await remove(id)).body.connection.enabled).toBe(false)
    answer.resolve()
    const read = await reading
    expect(read).toMatchObject({ status: 404, body: { error: 'NotFound' } })
    expect(JSON.stringify(read.body)).not.toContain('renewed')
    await expectGone(id)
    // Of the two the one that is left: the old one was spent for it.
    await expect.poll(revoked).toEqual(['rt-2'])
  })

  it('does not come back when somebody is at its provider, and returns', async () => {
    const flow = await world.begin()
    const [{ id }] = (await browser.call('GET', '/connections')).body.connections as [{ id: string }]
    const state = await world.leave(flow)
    expect((await remove(id)).status).toBe(200)
    await world.callback(flow, { code: 'code', state })
    await expectGone(id)
    expect((await flow.relay()).map(({ type: told }) => told)).not.toContain('completed')
  })

  it('does not come back by a flow that added it and goes on', async () => {
    const flow = createTestFlow(world.test.app, world.test.services)
    const minted = await browser.call('POST', '/sessions/ephemeral', { body: { type } })
    await flow.begin(createdEphemeralToken.parse(minted.body).ephemeral_token, {
      function: 'addSource',
      type,
    })
    await flow.call('saveForm', { display_name: 'Trip', properties: {} })
    const [{ id }] = (await browser.call('GET', '/connections')).body.connections as [{ id: string }]
    expect((await remove(id)).status).toBe(200)
    const again = await flow.call('saveForm', { display_name: 'Trip', properties: {} })
    expect(again.statusCode).toBeGreaterThanOrEqual(400)
    await expectGone(id)
  })

  it('does not come back by a token for it, made before or after', async () => {
    const id = await createGranted()
    const { ephemeral_token: token } = (
      await browser.call('POST', '/sessions/ephemeral', { body: { source_id: id } })
    ).body
    await remove(id)
    const reply = await createTestFlow(world.test.app, world.test.services).claim(token, {
      function: 'editSource',
      id,
    })
    expect([reply.statusCode, reply.json().error]).toEqual([404, 'SourceNotFound'])
    expect(await browser.call('POST', '/sessions/ephemeral', { body: { source_id: id } })).toMatchObject({
      status: 404,
    })
    await expectGone(id)
  })

  it('is removed once, though many ask at once', async () => {
    const id = await createGranted()
    const replies = await Promise.all([1, 2, 3].map(() => remove(id)))
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 404, 404])
    const told = await world.test.services.events.read(`account:${world.account.id}`, 0)
    expect(told.filter((event) => event.type === 'source.deleted')).toHaveLength(1)
  })
})
