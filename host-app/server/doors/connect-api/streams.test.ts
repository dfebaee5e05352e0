import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { api } from '@bobbin/shared/api'
import { paged } from '@bobbin/shared/api/paging'
import { catalog, streamSchema, streamSummary } from '@bobbin/shared/catalog'
import { source } from '@bobbin/shared/source'
import { z } from 'zod'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createEmptyShop, createShop, finishedCheck } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp()
  account = await test.signUp()
})
afterEach(() => test.close())

async function checkedShop(tables = '3') {
  const { id } = await createShop(account, { tables })
  await finishedCheck(account, id)
  return `/v4/sources/${id}`
}

const sourceOf = (path: string) => Number(path.split('/').at(-1))

const page = paged(streamSummary)

/** The ids of all pages from this one on. */
async function idsFrom(link: string): Promise<number[]> {
  const ids: number[] = []
  let next: string | undefined = link
  while (next !== undefined) {
    const { data, links }: z.infer<typeof page> = (await account.call('GET', next)).as(page)
    ids.push(...data.map((stream) => stream.stream_id))
    next = links.next
  }
  return ids
}

const select = (tapStreamId: string) => ({
  streams: [{ tap_stream_id: tapStreamId, metadata: [{ breadcrumb: [], metadata: { selected: true } }] }],
})

describe('the streams of a source', () => {
  it('come as a bare array, or as pages', async () => {
    const path = `${await checkedShop('250')}/streams`
    const all = (await account.call('GET', path)).as(z.array(streamSummary))
    expect(all).toHaveLength(250)
    expect(all[0]).toMatchObject({ stream_name: 't1', tap_stream_id: 'shop-t1', selected: null })
    const second = (await account.call('GET', `${path}?page=2`)).as(page)
    expect(second).toMatchObject({ data: all.slice(100, 200), page: 2, total: 250 })
    expect(await idsFrom(`${path}?page=1`)).toEqual(all.map(({ stream_id: id }) => id))
  })

  it('are neither repeated nor missed by links that are followed while streams come and go', async () => {
    const id = sourceOf(await checkedShop('250'))
    const path = `/v4/sources/${id}/streams`
    const before = (await account.call('GET', path)).as(z.array(streamSummary))
    const first = (await account.call('GET', `${path}?limit=100`)).as(page)
    await account.call('PUT', `/v4/sources/${id}`, { properties: { tables: '300' } })
    await finishedCheck(account, id)
    const rest = await idsFrom(first.links.next ?? '')
    const ids = [...first.data.map((stream) => stream.stream_id), ...rest]
    expect(ids.slice(0, 250)).toEqual(before.map((stream) => stream.stream_id))
    expect(new Set(ids).size).toBe(300)
  })

  it('can be searched', async () => {
    const path = `${await checkedShop('30')}/streams`
    const { body } = await account.call('GET', `${path}?q=t30`)
    expect(body).toMatchObject({ page: 1, total: 1, links: {}, data: [{ stream_name: 't30' }] })
    await account.call('PUT', `${path}/metadata`, select('shop-t7'))
    expect((await account.call('GET', `${path}?selected=true`)).body).toMatchObject({
      total: 1,
      data: [{ stream_name: 't7' }],
    })
    const unselected = await account.call('GET', `${path}?selected=false&limit=10&q=t`)
    expect(unselected.body).toMatchObject({
      total: 29,
      links: { next: expect.stringContaining('selected=false') },
    })
  })

  it.each(['page=0', 'page=x', 'limit=0', 'cursor=x', 'selected=yes', `q=${'x'.repeat(201)}`])(
    'refuse ?%s',
    async (query) => {
      const reply = await account.call('GET', `${await checkedShop()}/streams?${query}`)
      expect(reply).toMatchObject({ status: 400, body: { error: 'BadRequest' } })
    },
  )

  it('show the schema of one', async () => {
    const path = `${await checkedShop()}/streams`
    const [stream] = (await account.call('GET', path)).as(z.array(streamSummary))
    const { schema } = (await account.call('GET', `${path}/${stream?.stream_id}`)).as(streamSchema)
    expect(JSON.parse(schema)).toMatchObject({ properties: { id: {}, note: {} } })
    expect((await account.call('GET', `${path}/999999`)).status).toBe(404)
    expect((await account.call('GET', `${path}/abc`)).status).toBe(404)
  })
})

describe('the selection', () => {
  it('completes the source and shows in the catalog', async () => {
    const path = await checkedShop()
    const reply = await account.call('PUT', `${path}/streams/metadata`, select('shop-t2'))
    expect(reply).toMatchObject({ status: 200, body: { status: 200 } })
    const { report_card: card } = (await account.call('GET', path)).as(source)
    expect(card.current_step_type).toBe('fully_configured')
    const { streams } = (await account.call('GET', `${path}/catalog`)).as(catalog)
    const chosen = streams.filter(({ metadata }) =>
      metadata.some((entry) => entry.breadcrumb.length === 0 && entry.metadata['selected'] === true),
    )
    expect(chosen.map(({ tap_stream_id: id }) => id)).toEqual(['shop-t2'])
  })

  it('takes all that match in one call, rule by rule, and counts what is selected', async () => {
    const path = await checkedShop('30')
    const put = (matching: unknown, headers = {}) =>
      test.app.inject({
        method: 'PUT',
        url: `${path}/streams/selection`,
        headers: { authorization: `Bearer ${account.token}`, ...headers },
        payload: { matching } as object,
      })
    const rules = [
      { q: '', selected: true },
      { q: 'T1', selected: false },
    ]
    const reply = await put(rules)
    // t1, t10 … t19 stay out.
    expect([reply.statusCode, reply.json()]).toEqual([200, { selected: 19 }])
    const { streams } = (await account.call('GET', `${path}/catalog`)).as(catalog)
    const chosen = streams.filter(({ metadata }) => metadata[0]?.metadata['selected'] === true)
    expect(chosen.map(({ stream }) => stream)).not.toContain('t12')
    for (const { metadata } of chosen) expect(metadata[0]?.metadata).toHaveProperty('replication-method')
    expect((await put(rules, { 'if-match': '"old"' })).statusCode).toBe(412)
    for (const wrong of [[], [{ q: 'x' }], [{ q: 'x'.repeat(201), selected: true }]]) {
      expect((await put(wrong)).statusCode).toBe(400)
    }
  })

  it('waits for a check that succeeded', async () => {
    const { id } = await createEmptyShop(account)
    const rules = { matching: [{ q: '', selected: true }] }
    expect(await account.call('PUT', `/v4/sources/${id}/streams/selection`, rules)).toMatchObject({
      status: 409,
    })
    const reply = await account.call('PUT', `/v4/sources/${id}/streams/metadata`, select('shop-t1'))
    expect(reply).toMatchObject({ status: 409, body: { error: 'Conflict', data: { step: 'form' } } })
  })

  it('refuses what is not there, and a body without streams', async () => {
    const path = `${await checkedShop()}/streams/metadata`
    expect(await account.call('PUT', path, select('nope'))).toMatchObject({
      status: 422,
      body: { error: 'InvalidProperties' },
    })
    expect(
      await account.call('PUT', path, { streams: [{ metadata: [{ breadcrumb: [], metadata: {} }] }] }),
    ).toMatchObject({
      status: 422,
      body: { data: { invalid_fields: 'invalid tap-stream-ids:  [nil]' } },
    })
    const words = "body must contain a 'streams' property with a list of metadatas by tap_stream_id"
    expect(await account.call('PUT', path, {})).toMatchObject({
      status: 400,
      body: { error: 'InvalidBody', data: { paths: { streams: words } } },
    })
    const twice = { breadcrumb: [], breadcrumbs: [], metadata: { selected: true } }
    for (const entry of [{ metadata: {} }, twice]) {
      const reply = await account.call('PUT', path, {
        streams: [{ tap_stream_id: 'shop-t1', metadata: [entry] }],
      })
      expect(reply).toMatchObject({ status: 400, body: { error: 'InvalidBody' } })
    }
  })
})

describe('the ETag of the selection', () => {
  let id: number
  let path: string
  const etagOf = async (url: string) => {
    const { etag } = (await raw('GET', url)).headers
    return String(etag)
  }
  const raw = (method: 'GET' | 'PUT', url: string, headers: Record<string, string> = {}, payload?: object) =>
    test.app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${account.token}`, ...headers },
      ...(payload && { payload }),
    })
  const put = (etag: string) =>
    raw('PUT', `${path}/streams/metadata`, { 'if-match': etag }, select('shop-t1'))
  beforeEach(async () => {
    path = await checkedShop()
    id = sourceOf(path)
  })

  it('comes with each reading of it, and an update asks for the one that is current', async () => {
    const [stream] = (await account.call('GET', `${path}/streams`)).as(z.array(streamSummary))
    const urls = ['streams', 'streams?page=1', 'catalog', `streams/${stream?.stream_id}`]
    const etags = await Promise.all(urls.map((url) => etagOf(`${path}/${url}`)))
    const [etag = ''] = etags
    expect(new Set(etags)).toEqual(new Set([etag]))

    const updated = await put(etag)
    expect(updated.statusCode).toBe(200)
    const refused = await put(etag)
    expect(refused.statusCode).toBe(412)
    expect(refused.json()).toMatchObject({ error: 'PreconditionFailed' })
    expect((await put(String(updated.headers.etag))).statusCode).toBe(200)
    expect((await put('*')).statusCode).toBe(200)
  })

  it('changes with what a check finds, and not when it finds the same', async () => {
    const etag = await etagOf(`${path}/streams`)
    await account.call('PUT', `/v4/sources/${id}`, { properties: { password: 'wrong' } })
    await finishedCheck(account, id)
    await account.call('PUT', `/v4/sources/${id}`, { properties: { password: 'right' } })
    await finishedCheck(account, id)
    expect(await etagOf(`${path}/streams`)).toBe(etag)
    await account.call('PUT', `/v4/sources/${id}`, { properties: { tables: '4' } })
    await finishedCheck(account, id)
    expect((await put(etag)).statusCode).toBe(412)
  })

  it('is told to its own account only', async () => {
    const other = await test.signUp('otto@other.test')
    for (const url of ['streams', 'streams?page=1', 'catalog', 'streams/1']) {
      const reply = await other.call('GET', `${path}/${url}`)
      expect(reply).toMatchObject({ status: 404, body: { error: 'SourceNotFound' } })
    }
    const reply = await other.call('PUT', `${path}/streams/metadata`, select('shop-t1'))
    expect(reply).toMatchObject({ status: 404, body: { error: 'SourceNotFound' } })
  })
})

describe('the Singer config', () => {
  it('has the settings with their secrets and a start date', async () => {
    const { body, status } = await account.call('GET', `${await checkedShop()}/config`)
    expect(status).toBe(200)
    expect(body).toEqual({
      tables: '3',
      password: 'right',
      start_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT00:00:00Z$/),
    })
  })

  it('is refused for a source that is not complete', async () => {
    const { id } = await createEmptyShop(account)
    expect(await account.call('GET', `/v4/sources/${id}/config`)).toMatchObject({
      status: 409,
      body: { data: { reason: 'incomplete', step: 'form' } },
    })
  })
})

it('tells what happened, in order', async () => {
  await checkedShop()
  const { data } = (await account.call('GET', '/v4/events')).as(api.listEvents.reply)
  expect(data.map(({ type }) => type)).toEqual(['source.created', 'source.check_succeeded'])
  const rest = await account.call('GET', `/v4/events?after=${data[0]?.seq}`)
  expect(rest.body).toEqual({ data: data.slice(1), next_after: data[1]?.seq, has_more: false })
  expect((await account.call('GET', '/v4/events?after=-1')).status).toBe(400)
})
