import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { api } from '@bobbin/shared/api'
import { accountEvent, accountEvents, accountEventTypes } from '@bobbin/shared/account-events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { tellAccount } from '../../nouns/events/account-feed.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createShop, finishedCheck } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
beforeAll(async () => {
  test = await createTestApp()
  await test.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => test.close())
beforeEach(async () => {
  account = await test.signUp(`${Math.random()}@acme.test`)
})

const feed = async (query = '') => (await account.call('GET', `/v4/events${query}`)).as(api.listEvents.reply)
const tell = (...sources: number[]) =>
  test.services.database.write(async (tx) => {
    for (const source_id of sources) {
      await tellAccount(tx, test.services.events, account.id, 'source.authorized', { source_id })
    }
  })

/** The stream of events, from which the next ones are read. */
async function openStream(query: string, headers: Record<string, string> = {}) {
  const { port } = test.app.server.address() as AddressInfo
  const request = get(`http://127.0.0.1:${port}/v4/events${query}`, {
    headers: { authorization: `Bearer ${account.token}`, accept: 'text/event-stream', ...headers },
  })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  expect(response.headers['content-type']).toContain('text/event-stream')
  let text = ''
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  return {
    async next(count: number) {
      const found = () => [...text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)]
      while (found().length < count) await once(response, 'data')
      return found().map(([, id, data]) => ({
        id: Number(id),
        event: accountEvent.parse(JSON.parse(data ?? '')),
      }))
    },
    close: () => request.destroy(),
  }
}

describe('the feed', () => {
  it('is read in parts that leave nothing out', async () => {
    await tell(1, 2, 3, 4, 5)
    const first = await feed('?limit=2')
    expect(first).toMatchObject({ data: [{ seq: 1 }, { seq: 2 }], next_after: 2, has_more: true })
    const rest = await feed(`?limit=3&after=${first.next_after}`)
    expect(rest).toMatchObject({ data: [{ seq: 3 }, { seq: 4 }, { seq: 5 }], next_after: 5 })
    expect(await feed('?after=5')).toEqual({ data: [], next_after: 5, has_more: false })
    const ids = (await feed()).data.map(({ id }) => id)
    expect(new Set(ids).size).toBe(5)
    expect((await feed()).data.map(({ id }) => id)).toEqual(ids)
  })

  it('is chosen by type and by source, and goes on behind what was not asked for', async () => {
    await tell(901, 902, 901)
    const { id } = await createShop(account)
    await finishedCheck(account, id)
    expect((await feed('?source_id=901')).data.map(({ seq }) => seq)).toEqual([1, 3])
    const checks = await feed('?types=source.check_succeeded,source.check_failed')
    expect(checks).toMatchObject({ data: [{ type: 'source.check_succeeded', seq: 5 }], next_after: 5 })
    expect(await feed('?types=flow.completed')).toEqual({ data: [], next_after: 5, has_more: false })
    for (const query of ['types=nope', 'types=', 'limit=0', 'limit=1001', 'source_id=x', 'after=-1']) {
      expect([query, (await account.call('GET', `/v4/events?${query}`)).status]).toEqual([query, 400])
    }
  })

  it('is followed live, and resumed where it broke off', async () => {
    await tell(1, 2)
    const stream = await openStream('?source_id=1')
    expect(await stream.next(1)).toMatchObject([{ id: 1, event: { data: { source_id: 1 } } }])
    await tell(2, 1)
    expect((await stream.next(2)).map(({ id }) => id)).toEqual([1, 4])
    stream.close()

    await tell(1)
    const resumed = await openStream('?source_id=1&after=0', { 'last-event-id': '1' })
    expect((await resumed.next(2)).map(({ id }) => id)).toEqual([4, 5])
    resumed.close()
  })

  it('takes no event of another type or shape', async () => {
    const write = (type: string, data: object) =>
      test.services.database.write((tx) =>
        tellAccount(
          tx,
          test.services.events,
          account.id,
          type as 'source.deleted',
          data as { source_id: number },
        ),
      )
    await expect(write('source.deleted', { source_id: 1, password: 'hush' })).rejects.toThrow('password')
    await expect(write('source.deleted', {})).rejects.toThrow('source_id')
    await expect(write('source.nope', { source_id: 1 })).rejects.toThrow()
    expect((await feed()).data).toEqual([])
  })

  it('has a sentence for each type', () => {
    for (const type of accountEventTypes) expect(accountEvents[type].sentence).toMatch(/^[A-Z].*\.$/)
  })
})

describe('source.configured', () => {
  it('is told when the last step is done, and again only after one was undone', async () => {
    const configured = async () => (await feed('?types=source.configured')).data.length
    const { id } = await createShop(account)
    await finishedCheck(account, id)
    expect(await configured()).toBe(0)
    const select = (selected: boolean) =>
      account.call('PUT', `/v4/sources/${id}/streams/metadata`, {
        streams: [{ tap_stream_id: 'shop-t1', metadata: [{ breadcrumb: [], metadata: { selected } }] }],
      })
    await select(true)
    expect(await configured()).toBe(1)
    await select(true)
    await account.call('POST', `/v4/sources/${id}/check`)
    await finishedCheck(account, id)
    expect(await configured()).toBe(1)

    await select(false)
    expect(await configured()).toBe(1)
    await select(true)
    expect(await configured()).toBe(2)

    await account.call('PUT', `/v4/sources/${id}`, { properties: { tables: '4' } })
    await finishedCheck(account, id)
    expect(await configured()).toBe(3)
  })

  it('is told of a source that needs nothing but its form', async () => {
    await account.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Orders' })
    expect((await feed()).data.map(({ type }) => type)).toEqual(['source.created', 'source.configured'])
  })
})
