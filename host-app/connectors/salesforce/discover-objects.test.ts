import { isolated } from '@bobbin/shared/isolated'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { runConnector, type Situation } from '../connector-contract.testing.ts'
import { grantOf } from '../grant.testing.ts'
import { salesforce } from './connector.ts'
import { field, object } from './fake-orgs.testing.ts'
import { app } from './fake-salesforce-oauth.testing.ts'
import { type FakeSalesforce, startFakeSalesforce } from './fake-salesforce.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const token = 'token-of-anna'

let fake: FakeSalesforce
beforeEach(async () => {
  fake = await startFakeSalesforce()
  fake.oauth.tokens.set(token, { org: fake.orgAt('acme'), user: 'anna@acme.test', scopes: app.scopes })
})
afterEach(() => fake?.close())

function situation(more: Partial<Situation> = {}): Situation {
  const grant = grantOf(token, { kept: { instance_url: 'https://acme.my.salesforce.com' } })
  return { settings: {}, grant, ...outbound, fetch: fake.inPlace(outbound.fetch), ...more }
}

/** The objects that were asked for with each request. */
const batches = () =>
  fake.asked
    .filter(({ method }) => method === 'POST')
    .map(({ body }) =>
      (JSON.parse(body) as { compositeRequest: { url: string }[] }).compositeRequest.map(
        ({ url }) => /sobjects\/(\w+)/.exec(url)?.[1] ?? '',
      ),
    )

it('describes what can be queried, 25 objects with a request, and tells of what it leaves out', async () => {
  const { objects, used } = fake.orgAt('acme')
  const { streams, lines, error } = await runConnector(salesforce, situation())
  expect(error).toBeNull()
  const left = ['AccountChangeEvent', 'ContentDocumentLink', 'Gone__c']
  expect(streams.map(({ stream }) => stream)).toEqual(
    [...objects.keys()].filter((name) => !left.includes(name)),
  )
  expect(batches().map(({ length }) => length)).toEqual([25, 25, 14])
  // The check, the list, and three questions.
  expect(fake.orgAt('acme').used - used).toBe(5)
  expect(lines).toEqual([
    'Of the organization’s 15000 requests in 24 hours, 20 are used.',
    '66 objects, of which 64 can be read.',
    `${isolated('Secret__c')} cannot be read: it is not permitted.`,
    `${isolated('Gone__c')} is not there any more.`,
  ])
  const closed = streams.filter(({ access }) => access)
  expect(closed.map(({ stream, access }) => [stream, access])).toEqual([
    ['Secret__c', { reason: 'not_permitted' }],
  ])
})

it('yields what it has found before it asks for more', async () => {
  const asked: number[] = []
  await runConnector(salesforce, situation(), { onStream: () => asked.push(batches().length) })
  expect([asked[0], asked[25], asked.at(-1)]).toEqual([1, 2, 3])
})

it('asks for nothing more once it was aborted', async () => {
  const abort = new AbortController()
  const reason = new Error('enough')
  const run = await runConnector(salesforce, situation(), {
    signal: abort.signal,
    onStream: () => abort.abort(reason),
  })
  expect([run.error, batches().length]).toEqual([reason, 1])
})

it('waits where it is asked to, and asks again', async () => {
  let isFirst = true
  const dial = fake.inPlace(outbound.fetch)
  const { error, lines } = await runConnector(
    salesforce,
    situation({
      fetch: async (input, init) => {
        if (init?.method !== 'POST' || !isFirst) return dial(input, init)
        isFirst = false
        return new Response('[]', { status: 503, headers: { 'retry-after': '0' } })
      },
    }),
  )
  expect([error, lines.includes('The service asks to wait 0 s.')]).toEqual([null, true])
})

describe('what is too much at once', () => {
  /** Of more objects than these, or with one of these among them, no answer comes in time. */
  const slow = (isSlow: (names: string) => boolean): Situation => {
    const dial = fake.inPlace(outbound.fetch)
    return situation({
      fetch: async (input, init) => {
        const answer = await dial(input, init)
        if (isSlow(String(init?.body ?? ''))) throw new DOMException('It took too long.', 'TimeoutError')
        return answer
      },
    })
  }

  it('is asked for in smaller parts', async () => {
    const { error, streams } = await runConnector(
      salesforce,
      slow((body) => body.split('describe').length - 1 > 8),
    )
    expect([error, streams.length]).toEqual([null, 63])
    // What was too much once is not asked for again and again.
    expect(batches().map(({ length }) => length)).toEqual([25, 13, 7, 8, 9, 5, 6, 7, 8, 9, 5, 6, 7, 5])
  })

  it('is left out where it is one object', async () => {
    const { error, streams, lines } = await runConnector(
      salesforce,
      slow((body) => body.includes('/Own_30__c/')),
    )
    expect([error, streams.length]).toEqual([null, 62])
    expect(lines).toContain(`${isolated('Own_30__c')} is not described in time, and is left out.`)
  })

  it('is the service’s failure where nothing is described', async () => {
    const { error, streams } = await runConnector(
      salesforce,
      slow((body) => body.includes('describe')),
    )
    expect([error, streams]).toMatchObject([{ code: 'VendorUnavailable' }, []])
    expect(batches().map(({ length }) => length)).toEqual([25, 13, 7, 4, 2, 1, 1])
  })
})

it.each([
  ['sobjects', '{"sobjects":[{"name":"../../x","queryable":true,"deprecatedAndHidden":false}]}'],
  ['composite', '{"compositeResponse":[]}'],
  [
    'composite',
    '{"compositeResponse":[{"referenceId":"object0","httpStatusCode":200,"body":{"name":"Account"}}]}',
  ],
])('refuses what %s answers as no Salesforce does', async (path, body) => {
  const dial = fake.inPlace(outbound.fetch)
  const { error, streams } = await runConnector(
    salesforce,
    situation({
      fetch: (input, init) =>
        String(input).endsWith(path) ? Promise.resolve(new Response(body)) : dial(input, init),
    }),
  )
  expect([error, streams]).toMatchObject([{ code: 'VendorUnavailable' }, []])
})

it('asks for fewer at once where they have many fields, and for more again where they have few', async () => {
  const { objects } = fake.orgAt('acme')
  const fields = Array.from({ length: 497 }, (_, index) => field(`Field_${index}__c`))
  const wide = Array.from({ length: 40 }, (_, index) => [`Wide_${index}__c`, object(fields)] as const)
  const narrow = [...objects]
  objects.clear()
  for (const [name, one] of [...wide, ...narrow]) objects.set(name, one)
  const { error, streams } = await runConnector(salesforce, situation())
  expect([error, streams.length]).toEqual([null, 103])
  expect(batches().map(({ length }) => length)).toEqual([25, 8, 8, 9, 18, 25, 11])
})

it('goes through a thousand objects more with forty requests more', async () => {
  const { objects } = fake.orgAt('acme')
  const fields = Array.from({ length: 50 }, (_, index) => field(`Field_${index}__c`))
  for (let index = 0; index < 1_000; index += 1) objects.set(`More_${index}__c`, object(fields))
  const { error, streams } = await runConnector(salesforce, situation())
  expect([error, streams.length, batches().length]).toEqual([null, 1_063, 43])
})
