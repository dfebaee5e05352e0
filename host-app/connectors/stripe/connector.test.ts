import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { revokeToken } from '../../server/nouns/oauth/revoke-token.ts'
import { contextOf, runConnector, type Situation } from '../connector-contract.testing.ts'
import { fieldsOf } from '../rest/stream-fields.ts'
import { stripe } from './connector.ts'
import { key, openStripe, openToFew, settings, type StripeScene, token } from './contract.testing.ts'
import { platform } from './fake-stripe.testing.ts'
import { stripeStreams } from './stripe-streams.ts'

let scene: StripeScene
beforeAll(async () => {
  scene = await openStripe()
})
afterAll(() => scene?.close())

const accessOf = async (situation: Situation) => {
  const { streams, error, lines } = await runConnector(stripe, situation)
  expect(error).toBeNull()
  const closed = streams.filter(({ access }) => access !== undefined)
  return { closed: closed.map(({ tap_stream_id: id, access }) => [id, access?.reason]), streams, lines }
}

describe('what a key may read', () => {
  it('is told of each stream, and what comes with another is as that one', async () => {
    const { closed, streams, lines } = await accessOf(scene.withKey('rk_test_few'))
    expect(streams.map((stream) => stream.tap_stream_id)).toEqual(stripeStreams.map(({ id }) => id))
    const open = streams.filter(({ access }) => access === undefined).map((stream) => stream.tap_stream_id)
    expect(open).toEqual(openToFew)
    expect(closed).toContainEqual(['subscription_items', 'not_permitted'])
    expect(lines).toHaveLength(closed.length)
  })

  it('is found out though it may not read the account itself', async () => {
    const { closed } = await accessOf(scene.withKey('rk_test_charges'))
    expect(closed).toHaveLength(stripeStreams.length - 1)
  })

  it('is everything with a key of everything, pasted with a blank behind it', async () => {
    expect((await accessOf(scene.withKey(`${key} `))).closed).toEqual([])
  })
})

it('waits where Stripe asks it to, and asks again', async () => {
  scene.fake.requestsLeft = 3
  const { closed, lines } = await accessOf(scene.withGrant(token))
  expect([closed, lines]).toEqual([[], ['The service asks to wait 0 s.']])
})

it('says which version it speaks', async () => {
  const before = scene.fake.asked.length
  await accessOf(scene.withGrant(token))
  const versions = new Set(scene.fake.asked.slice(before).map(({ headers }) => headers['stripe-version']))
  expect([...versions]).toEqual(['2026-10-28.endive'])
})

describe('the account has a name', () => {
  const nameOf = (situation: Situation) => stripe.identify?.(contextOf(stripe, situation))
  it.each([
    ['its own', () => scene.withGrant(token), 'Shop Ltd (acct_1Shop)'],
    [
      'its id, where that was given',
      () => ({
        ...scene.withKey('rk_test_charges'),
        settings: { ...scene.withKey('rk_test_charges').settings, account_id: 'acct_9' },
      }),
      'acct_9',
    ],
    ['none, where nobody can tell', () => scene.withKey('rk_test_charges'), null],
  ])('%s', async (_which, situation, name) => {
    expect(await nameOf(situation())).toBe(name)
  })
})

it('makes the config of a tap', () => {
  const { grant } = scene.withGrant(token)
  const config = { start_date: '2026-01-31T00:00:00Z', client_secret: token, account_id: 'acct_1Shop' }
  expect(stripe.config?.({ settings: { ...settings, auth_method: 'oauth' }, grant })).toEqual(config)
  const given = { ...settings, auth_method: 'key', client_secret: key, account_id: 'acct_2' }
  expect(stripe.config?.({ settings: given, grant: null })).toEqual({
    ...config,
    client_secret: key,
    account_id: 'acct_2',
  })
})

it('is granted by Stripe what it can end there', async () => {
  const { oauth: provider, hosts } = stripe
  if (!provider) throw new Error('It has a provider.')
  scene.fake.codes.add('ac_2')
  const client = { id: platform.clientId, secret: platform.secret }
  const ways = { provider, client, fetch: scene.fake.inPlace(fetch), now: () => Date.now() }
  const answer = await requestToken({
    ...{
      ...ways,
      endpoint: String(provider.tokenEndpoint),
      grantType: 'authorization_code',
      timeout: 30_000,
    },
    parameters: { code: 'ac_2', redirect_uri: 'https://bobbin.test/oauth/callback/stripe' },
  })
  if (answer.kind !== 'granted') throw new Error(`It was ${answer.kind}.`)
  expect(answer.values).toMatchObject({ account_id: 'acct_1Shop', scope: 'read_only' })
  const granted = () => scene.withGrant(answer.values['access_token'] ?? '')
  expect((await runConnector(stripe, granted())).error).toBeNull()
  const ended = { ...ways, hosts, tokens: answer.values, signal: AbortSignal.timeout(30_000) }
  expect(await revokeToken(ended)).toEqual({ kind: 'revoked' })
  expect((await runConnector(stripe, granted())).error).toMatchObject({ code: 'AuthorizationExpired' })
})

it('has no field that Stripe’s own package does not know', () => {
  const folder = createRequire(import.meta.url)
    .resolve('stripe')
    .replace(/\/(?:cjs|esm)\/.*/, '/esm/resources/')
  const files: Readonly<Record<string, string>> = {
    invoice_items: 'InvoiceItems',
    invoice_line_items: 'InvoiceLineItems',
  }
  const inFile = (id: string) =>
    files[id] ?? id.replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase())
  const unknown = stripeStreams.flatMap(({ id, fields }) => {
    const [, body = ''] =
      /^export interface \w+ \{\n([^]*?)^\}/m.exec(
        readFileSync(`${folder}${inFile(id)}.d.ts`, 'utf8').replace(
          /^export (?:interface|declare class) \w+(?:Resource| extends)[^]*?^\}/m,
          '',
        ),
      ) ?? []
    const known = new Set([...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name))
    return fieldsOf(fields).flatMap(([name]) => (known.has(name) ? [] : [`${id}.${name}`]))
  })
  expect(unknown).toEqual([])
})
