import { createClient } from 'node-zendesk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeZendesk, startFakeZendesk } from './fake-zendesk.testing.ts'

/* A client that others wrote for Zendesk, asking the one of our tests. */

let fake: FakeZendesk
beforeAll(async () => {
  fake = await startFakeZendesk()
  fake.apiTokens.set('acme anna@acme.test key-of-anna', 'admin')
  fake.apiTokens.set('acme bert@acme.test key-of-bert', 'agent')
  fake.tokens.set('acme token-of-anna', 'read')
  fake.tokens.set('acme token-of-nothing', 'tickets:read')
})
afterAll(() => fake?.close())

const at = () => ({ endpointUri: `${fake.origin}/api/v2` })
const byToken = (username: string, token: string) => createClient({ ...at(), username, token })
const byGrant = (token: string) => createClient({ ...at(), oauth: true, token })
const anna = () => byToken('anna@acme.test', 'key-of-anna')
const bert = () => byToken('bert@acme.test', 'key-of-bert')

it('knows who asks, and tells strangers of nobody', async () => {
  expect(await anna().users.me()).toMatchObject({ result: { id: 7, email: 'anna@acme.test' } })
  expect(await byGrant('token-of-anna').users.me()).toMatchObject({ result: { id: 7 } })
  expect(await byToken('anna@acme.test', 'made-up').users.me()).toMatchObject({ result: { id: null } })
})

it('gives its lists by cursors', async () => {
  expect(await anna().tickets.list()).toMatchObject([1, 2, 3, 4, 5].map((id) => ({ id })))
  const before = fake.asked.length
  fake.largestPage = 2
  expect(await anna().groups.list()).toHaveLength(5)
  fake.largestPage = 100
  const cursors = fake.asked.slice(before).map(({ url }) => url.searchParams.get('page[after]'))
  expect(cursors).toEqual([null, '2', '4'])
})

describe('fails as Zendesk does', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['a token that there is not', () => byToken('anna@acme.test', 'made-up').tickets.list(), '(401)'],
    ['a grant that there is not', () => byGrant('made-up').users.me(), '(401)'],
    ['a grant without the scope', () => byGrant('token-of-nothing').groups.list(), '(403)'],
    ['an agent, where administrators may', async () => bert().satisfactionratings.list(), '(403)'],
  ])('%s', async (_what, ask, status) => {
    await expect(ask()).rejects.toThrow(status)
  })
})

it('says when it is too much, and how long to wait', async () => {
  fake.requestsLeft = 0
  const { headers, status } = await fetch(`${fake.origin}/api/v2/users/me`)
  expect([status, headers.get('retry-after')]).toEqual([429, '0'])
})
