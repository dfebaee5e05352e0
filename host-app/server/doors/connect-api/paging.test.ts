import { paged } from '@bobbin/shared/api/paging'
import { source, type Source } from '@bobbin/shared/source'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { shop } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp()
  account = await test.signUp()
})
afterEach(() => test.close())

const page = paged(source)
let made = 0

async function add(count = 1): Promise<number[]> {
  const ids: number[] = []
  for (let one = 0; one < count; one += 1) {
    made += 1
    const body = { type: shop.type, display_name: `Shop ${made}` }
    ids.push((await account.call('POST', '/v4/sources', body)).as(source).id)
  }
  return ids
}

/** Gone for good, as no call can make a source: the hardest thing for a list to bear. */
async function remove(id: number): Promise<void> {
  await test.services.database.write(({ db }) =>
    db.deleteFrom('source').where('account_id', '=', account.id).where('id', '=', id).execute(),
  )
}

async function removeAll(): Promise<void> {
  await test.services.database.write(({ db }) =>
    db.deleteFrom('source').where('account_id', '=', account.id).execute(),
  )
}

const read = async (path: string) => (await account.call('GET', path)).as(page)
const idsOf = (rows: readonly Source[]) => rows.map(({ id }) => id)

describe('pages', () => {
  it('hold what their links lead to, forth and back', async () => {
    const ids = await add(7)
    const first = await read('/v4/sources?page=1&limit=3')
    expect([idsOf(first.data), first.page, first.total]).toEqual([ids.slice(0, 3), 1, 7])
    expect(first.links.previous).toBeUndefined()
    const second = await read(first.links.next ?? '')
    expect([idsOf(second.data), second.page]).toEqual([ids.slice(3, 6), 2])
    const third = await read(second.links.next ?? '')
    expect([idsOf(third.data), third.page, third.links.next]).toEqual([ids.slice(6), 3, undefined])
    expect(await read(third.links.previous ?? '')).toEqual(second)
    expect(idsOf((await read(second.links.previous ?? '')).data)).toEqual(idsOf(first.data))
    expect(idsOf((await read('/v4/sources?page=2&limit=3')).data)).toEqual(idsOf(second.data))
  })

  it('are counted only where the caller counts', async () => {
    await add(3)
    const { links } = await read('/v4/sources?limit=1')
    const cursor = new URL(links.next ?? '', 'http://x').searchParams.get('cursor') ?? ''
    expect(await read(`/v4/sources?limit=1&cursor=${cursor}`)).toMatchObject({ page: null, total: 3 })
  })

  it('lead back from past the end', async () => {
    await add(3)
    const past = await read('/v4/sources?page=9&limit=2')
    expect(past).toMatchObject({ data: [], total: 3, links: { previous: '/v4/sources?page=2&limit=2' } })
    expect(await read('/v4/sources?page=1&state=deleted')).toMatchObject({ data: [], total: 0, links: {} })
  })

  it('neither repeat nor miss a row, whatever comes and goes between them', async () => {
    const moves = fc.array(fc.record({ add: fc.nat(2), remove: fc.nat(40) }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), moves, async (limit, changes) => {
        await removeAll()
        const there = await add(9)
        const removed = new Set<number>()
        const start = `/v4/sources?page=1&limit=${limit}&type=${shop.type}`
        const seen: number[] = []
        let next: string | undefined = start
        for (let turn = 0; next !== undefined; turn += 1) {
          const { data, links } = await read(next)
          seen.push(...idsOf(data))
          next = links.next
          const change = changes[turn]
          if (!change) continue
          await add(change.add)
          const id = there[change.remove]
          if (id !== undefined) {
            removed.add(id)
            await remove(id)
          }
        }
        expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b))
        expect(seen).toEqual(expect.arrayContaining(there.filter((id) => !removed.has(id))))
      }),
      { numRuns: 10 },
    )
  })

  it('keep the filter in their links', async () => {
    const [first = 0, second = 0, third = 0] = await add(3)
    await account.call('DELETE', `/v4/sources/${second}`)
    await account.call('PUT', `/v4/sources/${third}`, { paused_at: new Date().toISOString() })
    const states = ['active', 'paused', 'deleted'].map(async (state) => read(`/v4/sources?state=${state}`))
    expect((await Promise.all(states)).map(({ data }) => idsOf(data))).toEqual([[first], [third], [second]])
    expect(await read('/v4/sources?type=import_api')).toMatchObject({ data: [], total: 0 })
    const { links } = await read(`/v4/sources?limit=1&type=${shop.type}`)
    expect(links.next).toContain(`limit=1&type=${shop.type}`)
  })

  it.each([
    ['no base64url', 'cursor=%00%FF'],
    ['no JSON', `cursor=${Buffer.from('{').toString('base64url')}`],
    ['a cursor of another list', `cursor=${Buffer.from('{"after":["x","y"]}').toString('base64url')}`],
    ['a cursor without a place', `cursor=${Buffer.from('{"after":[]}').toString('base64url')}`],
    ['an empty cursor', 'cursor='],
    ['a limit of nothing', 'limit=0'],
    ['a limit too high', 'limit=1001'],
    ['a state that is none', 'state=broken'],
    ['two cursors', 'cursor=a&cursor=b'],
  ])('refuse %s', async (_, query) => {
    expect(await account.call('GET', `/v4/sources?${query}`)).toMatchObject({
      status: 400,
      body: { error: 'BadRequest' },
    })
  })
})
