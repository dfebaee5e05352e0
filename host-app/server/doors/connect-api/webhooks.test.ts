import { api } from '@bobbin/shared/api'
import { webhook } from '@bobbin/shared/webhook'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startReceiver, type TestReceiver } from '../../testing/receiver.testing.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createShop } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
let receiver: TestReceiver
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true' })
})
afterAll(() => test.close())
beforeEach(async () => {
  account = await test.signUp(`${Math.random()}@acme.test`)
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const create = async (more: object = {}) =>
  (await account.call('POST', '/v4/webhooks', { url: receiver.url, ...more })).as(api.createWebhook.reply)
const deliveries = async (id: string, query = '') =>
  (await account.call('GET', `/v4/webhooks/${id}/deliveries${query}`)).as(api.listWebhookDeliveries.reply)

/** The deliveries, once none is pending. */
async function settled(id: string) {
  for (;;) {
    const { data } = await deliveries(id)
    if (data.every(({ status }) => status !== 'pending')) return data
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function tag(reply: { headers: Record<string, unknown> }) {
  return String(reply.headers['etag'])
}

function put(id: string, payload: object, headers: Record<string, string> = {}) {
  return test.app.inject({
    method: 'PUT',
    url: `/v4/webhooks/${id}`,
    payload,
    headers: { authorization: `Bearer ${account.token}`, ...headers },
  })
}

describe('a webhook', () => {
  it('is told what happens in the account, signed, with what the feed says', async () => {
    const { secret } = await create()
    const { id } = await createShop(account)
    const [created, checked] = await receiver.count(2)
    expect([created, checked].map((message) => message?.event.type)).toEqual([
      'source.created',
      'source.check_succeeded',
    ])
    const { data: feed } = (await account.call('GET', '/v4/events')).as(api.listEvents.reply)
    expect(created?.event).toEqual({
      type: 'source.created',
      timestamp: new Date(feed[0]?.at ?? 0).toISOString(),
      data: { source_id: id, type: 'platform.test-shop', display_name: 'Shop' },
      id: feed[0]?.id,
      seq: 1,
      account_id: account.id,
    })
    expect(created?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': feed[0]?.id,
    })
    expect(created?.verify(secret)).toEqual(created?.event)
    expect(() => created?.verify(`whsec_${'a'.repeat(43)}=`)).toThrow('No matching signature')
    expect(created?.body).not.toContain('right')
  })

  it('hears of the types that it asks for, and of nothing else', async () => {
    await create({ event_types: ['source.check_succeeded', 'source.check_succeeded'] })
    await createShop(account)
    const [message] = await receiver.count(1)
    expect(message?.event.type).toBe('source.check_succeeded')
    expect(receiver.received).toHaveLength(1)
  })

  it('is listed, read, changed against what was read, and deleted', async () => {
    const { secret, ...created } = await create({ description: 'Ours', event_types: ['schema.changed'] })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(created).toMatchObject({ enabled: true, disabled_reason: null, event_types: ['schema.changed'] })
    expect((await account.call('GET', '/v4/webhooks')).body).toEqual([created])
    expect((await account.call('GET', `/v4/webhooks/${created.id}`)).body).toEqual(created)

    const read = await test.app.inject({
      url: `/v4/webhooks/${created.id}`,
      headers: { authorization: `Bearer ${account.token}` },
    })
    const changed = await put(created.id, { enabled: false }, { 'if-match': tag(read) })
    expect(webhook.parse(changed.json())).toMatchObject({ enabled: false, description: 'Ours' })
    expect(tag(changed)).not.toBe(tag(read))
    const late = await put(created.id, { description: null }, { 'if-match': tag(read) })
    expect(late.statusCode).toBe(412)
    const all = await put(created.id, { event_types: null, description: null, enabled: true })
    expect(all.json()).toMatchObject({ event_types: null, description: null, enabled: true })

    expect((await account.call('DELETE', `/v4/webhooks/${created.id}`)).status).toBe(200)
    expect((await account.call('GET', `/v4/webhooks/${created.id}`)).status).toBe(404)
    await createShop(account)
    expect(
      await test.services.database.read
        .selectFrom('webhook_secret')
        .selectAll()
        .where('webhook_id', '=', created.id)
        .execute(),
    ).toEqual([])
  })

  it('is one of ten at most', async () => {
    for (let number = 0; number < 10; number += 1) await create()
    const eleventh = await account.call('POST', '/v4/webhooks', { url: receiver.url })
    expect(eleventh).toMatchObject({
      status: 409,
      body: { error: 'Conflict', data: { reason: 'too_many_webhooks' } },
    })
  })

  it('does not exist for another account', async () => {
    const { id } = await create()
    const other = await test.signUp(`${Math.random()}@other.test`)
    const url = `/v4/webhooks/${id}`
    const unknown = await other.call('GET', '/v4/webhooks/wh_nothing')
    for (const reply of [
      await other.call('GET', url),
      await other.call('PUT', url, { enabled: false }),
      await other.call('DELETE', url),
      await other.call('GET', `${url}/deliveries`),
      await other.call('POST', `${url}/test`),
      await other.call('POST', `${url}/rotate-secret`, {}),
      await other.call('POST', `${url}/replay`, { after_seq: 0 }),
    ]) {
      expect(reply.status).toBe(404)
      expect(reply.body).toMatchObject({ error: 'NotFound', data: {} })
      expect(Object.keys(reply.body as object)).toEqual(Object.keys(unknown.body as object))
    }
    expect((await other.call('GET', '/v4/webhooks')).body).toEqual([])
    await createShop(other)
    expect((await deliveries(id)).data).toEqual([])
  })

  it('is created once by calls with the same key, which are shown the same secret', async () => {
    const call = () =>
      test.app.inject({
        method: 'POST',
        url: '/v4/webhooks',
        payload: { url: receiver.url },
        headers: { authorization: `Bearer ${account.token}`, 'idempotency-key': 'one' },
      })
    const [first, second] = [await call(), await call()]
    expect(second.json()).toEqual(first.json())
    expect((await account.call('GET', '/v4/webhooks')).body).toHaveLength(1)
  })
})

describe('a URL', () => {
  it.each([
    ['ftp://hooks.example.com/', undefined],
    ['hooks.example.com', undefined],
    ['javascript:alert(1)', undefined],
    ['https://user:pass@hooks.example.com/', 'credentials'],
    ['https://hooks.example.com/#here', 'fragment'],
    ['http://169.254.169.254/latest/meta-data', 'address'],
    ['http://[fe80::1]/', 'address'],
  ])('%s is refused', async (url, reason) => {
    const { id } = await create()
    for (const reply of [
      await account.call('POST', '/v4/webhooks', { url }),
      await account.call('PUT', `/v4/webhooks/${id}`, { url }),
    ]) {
      expect(reply.status).toBe(400)
      expect(reply.body).toMatchObject({ error: 'InvalidBody', data: { paths: { url: expect.any(String) } } })
      if (reason) expect(reply.body).toMatchObject({ data: { reason } })
      expect(JSON.stringify(reply.body)).not.toContain('pass')
    }
  })
})

describe('a test', () => {
  it('goes to the webhook that was asked for, whatever it subscribes to, and to no other', async () => {
    const one = await create({ event_types: ['schema.changed'] })
    const other = await create()
    const queued = (await account.call('POST', `/v4/webhooks/${one.id}/test`)).as(api.testWebhook.reply)
    expect(queued).toMatchObject({ status: 'pending', event_type: 'webhook.test', attempts: [] })
    const [message] = await receiver.count(1)
    expect(message?.event).toMatchObject({ type: 'webhook.test', data: { webhook_id: one.id } })
    message?.verify(one.secret)
    expect(await settled(one.id)).toMatchObject([
      {
        id: queued.id,
        event_id: message?.headers['webhook-id'],
        status: 'delivered',
        attempts: [{ status_code: 204, error: null, duration_ms: expect.any(Number) }],
        next_attempt_at: null,
      },
    ])
    expect((await deliveries(other.id)).data).toEqual([])
  })

  it('needs a webhook that is enabled', async () => {
    const { id } = await create()
    await put(id, { enabled: false })
    for (const [action, payload] of [
      ['test', undefined],
      ['replay', { after_seq: 0 }],
    ] as const) {
      expect(await account.call('POST', `/v4/webhooks/${id}/${action}`, payload)).toMatchObject({
        status: 409,
        body: { data: { reason: 'disabled' } },
      })
    }
  })
})

describe('a secret', () => {
  it('is replaced: both sign during the overlap, and then only the new one', async () => {
    const { id, secret: first } = await create()
    const rotate = async (payload?: object) =>
      (await account.call('POST', `/v4/webhooks/${id}/rotate-secret`, payload)).as(
        api.rotateWebhookSecret.reply,
      )
    const { secret: second, former_secret_until: until } = await rotate()
    expect(Date.parse(until ?? '') - Date.now()).toBeGreaterThan(86_300_000)
    await account.call('POST', `/v4/webhooks/${id}/test`)
    const [both] = await receiver.count(1)
    expect(both?.headers['webhook-signature']?.split(' ')).toHaveLength(2)
    both?.verify(first)
    both?.verify(second)

    const { secret: third, former_secret_until: none } = await rotate({ overlap_seconds: 0 })
    expect(none).toBeNull()
    await account.call('POST', `/v4/webhooks/${id}/test`)
    const [, only] = await receiver.count(2)
    only?.verify(third)
    expect(() => only?.verify(second)).toThrow('No matching signature')
    expect(() => only?.verify(first)).toThrow('No matching signature')
    const shown = JSON.stringify((await account.call('GET', `/v4/webhooks/${id}`)).body)
    expect(shown).not.toContain('whsec_')
  })

  it('is not in the database as it is', async () => {
    const { id, secret } = await create()
    const rows = await test.services.database.read
      .selectFrom('webhook_secret')
      .selectAll()
      .where('webhook_id', '=', id)
      .execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(secret.slice(6, 20))
  })
})

describe('the log of deliveries', () => {
  it('is paged, the newest first, and chosen by status', async () => {
    const { id } = await create()
    receiver.answer = ({ event }) => (event.seq === 2 ? 500 : 204)
    for (let number = 0; number < 5; number += 1) await account.call('POST', `/v4/webhooks/${id}/test`)
    await receiver.count(5)
    const page = await deliveries(id, '?limit=2')
    expect(page).toMatchObject({ page: 1, total: 5 })
    expect(page.data.map(({ event_seq }) => event_seq)).toEqual([5, 4])
    const next = (await account.call('GET', page.links.next ?? '')).as(api.listWebhookDeliveries.reply)
    expect(next.data.map(({ event_seq }) => event_seq)).toEqual([3, 2])
    while ((await deliveries(id, '?status=delivered')).total < 4) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { data } = await deliveries(id, '?status=pending')
    expect(data).toMatchObject([{ event_seq: 2, attempts: [{ status_code: 500 }] }])
    const wait = Date.parse(data[0]?.next_attempt_at ?? '') - Date.parse(data[0]?.attempts[0]?.at ?? '')
    expect(wait).toBeGreaterThan(3_000)
    expect((await account.call('GET', `/v4/webhooks/${id}/deliveries?status=odd`)).status).toBe(400)
  })
})

describe('a replay', () => {
  it('sends events of the past again, under the same id, and says so', async () => {
    const { id: source } = await createShop(account)
    await account.call('PUT', `/v4/sources/${source}`, { display_name: 'Shop 2' })
    const { id } = await create({ event_types: ['source.created', 'source.updated'] })
    const replay = async (range: object) =>
      (await account.call('POST', `/v4/webhooks/${id}/replay`, range)).as(api.replayWebhook.reply)
    expect(await replay({ after_seq: 0 })).toEqual({ queued: 2, next_after_seq: null })
    await receiver.count(2)
    await settled(id)
    const { data: feed } = (await account.call('GET', '/v4/events?types=source.created,source.updated')).as(
      api.listEvents.reply,
    )
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual(
      feed.map((event) => event.id),
    )
    expect(receiver.received.map(({ headers }) => headers['bobbin-replayed'])).toEqual(['true', 'true'])

    expect(await replay({ after_seq: 0, until_seq: 1 })).toMatchObject({ queued: 1 })
    const at = (index: number, later = 0) => new Date((feed[index]?.at ?? 0) + later).toISOString()
    expect(await replay({ since: at(1), until: at(1, 1) })).toMatchObject({ queued: 1 })
    expect(await replay({ since: at(1, 1) })).toMatchObject({ queued: 0 })
    // The same moment, two hours to the east.
    const east = at(1, 2 * 3_600_000 + 1).replace('Z', '+02:00')
    expect(await replay({ since: east })).toMatchObject({ queued: 0 })
    const [, , third, fourth] = await receiver.count(4)
    expect([third?.event.id, fourth?.event.id]).toEqual(feed.map((event) => event.id))
    expect((await settled(id)).every(({ replayed }) => replayed)).toBe(true)
  })
})
