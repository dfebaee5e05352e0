import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allPermissions, type FakeStripe, platform, startFakeStripe } from './fake-stripe.testing.ts'

/* Stripe's own client, asking the Stripe of our tests: it has to find all that it looks for in a real one. */

let fake: FakeStripe
beforeAll(async () => {
  fake = await startFakeStripe()
  fake.keys.set('rk_test_some', { permissions: ['rak_charge_read'], state: 'good' })
  fake.keys.set('rk_test_all', { permissions: allPermissions, state: 'good' })
  fake.keys.set('rk_test_old', { permissions: allPermissions, state: 'expired' })
})
afterAll(() => fake?.close())

function client(key: string): Stripe {
  const { port } = fake
  return new Stripe(key, {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  })
}

it('pages through a list', async () => {
  const before = fake.asked.length
  const charges = await client('rk_test_all').charges.list({ limit: 2 }).autoPagingToArray({ limit: 100 })
  expect(charges.map(({ id }) => id)).toEqual(['charge_5', 'charge_4', 'charge_3', 'charge_2', 'charge_1'])
  expect(fake.asked.slice(before).map(({ url }) => url.searchParams.get('starting_after'))).toEqual([
    null,
    'charge_4',
    'charge_2',
  ])
})

it('names the account', async () => {
  const { id, business_profile: profile } = await client('rk_test_all').accounts.retrieveCurrent()
  expect([id, profile?.name]).toEqual(['acct_1Shop', 'Shop Ltd'])
})

describe('fails as Stripe does', () => {
  const list = (key: string) => client(key).customers.list({ limit: 1 })

  it.each([
    ['a key that there is not', 'rk_test_none', Stripe.errors.StripeAuthenticationError, undefined],
    ['a key for browsers', 'pk_test_some', Stripe.errors.StripePermissionError, 'secret_key_required'],
    ['a key of old', 'rk_test_old', Stripe.errors.StripeAuthenticationError, 'api_key_expired'],
    ['a key without the permission', 'rk_test_some', Stripe.errors.StripePermissionError, undefined],
  ])('%s', async (_what, key, kind, code) => {
    const error = await list(key).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({ code, rawType: 'invalid_request_error', requestId: 'req_1' })
  })

  it('too many requests', async () => {
    fake.requestsLeft = 0
    await expect(list('rk_test_all')).rejects.toBeInstanceOf(Stripe.errors.StripeRateLimitError)
  })

  it.each([{ limit: 101 }, { starting_after: 'customer_9' }])('a request of %j', async (parameters) => {
    const asked = client('rk_test_all').customers.list(parameters)
    await expect(asked).rejects.toBeInstanceOf(Stripe.errors.StripeInvalidRequestError)
  })
})

it('grants by a code, once, and ends what it granted', async () => {
  const stripe = client(platform.secret)
  fake.codes.add('ac_1')
  const asked = { grant_type: 'authorization_code' as const, code: 'ac_1' }
  const { access_token: token = '', stripe_user_id: user = '' } = await stripe.oauth.token(asked)
  expect((await client(token).charges.list({ limit: 1 })).data).toHaveLength(1)
  const ended = { client_id: platform.clientId, stripe_user_id: user }
  expect(await stripe.oauth.deauthorize(ended)).toMatchObject({ stripe_user_id: user })
  await expect(client(token).charges.list({ limit: 1 })).rejects.toMatchObject({ code: 'account_invalid' })
  await expect(stripe.oauth.deauthorize(ended)).rejects.toMatchObject({ type: 'StripeInvalidClientError' })
})

it('renews a grant, which ends the token before; a code that is used again ends them all', async () => {
  const stripe = client(platform.secret)
  fake.codes.add('ac_2')
  const asked = { grant_type: 'authorization_code' as const, code: 'ac_2' }
  const first = await stripe.oauth.token(asked)
  const renewal = { grant_type: 'refresh_token' as const, refresh_token: first.refresh_token ?? '' }
  const second = await stripe.oauth.token(renewal)
  expect(second).toMatchObject({ scope: 'read_only', stripe_user_id: first.stripe_user_id })
  const list = (token = '') => client(token).charges.list({ limit: 1 })
  await expect(list(first.access_token)).rejects.toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
  expect((await list(second.access_token)).data).toHaveLength(1)
  await expect(stripe.oauth.token({ ...renewal, scope: 'read_write' })).rejects.toMatchObject({
    type: 'StripeInvalidScopeError',
  })
  await expect(stripe.oauth.token(asked)).rejects.toMatchObject({ type: 'StripeInvalidGrantError' })
  await expect(list(second.access_token)).rejects.toMatchObject({ code: 'account_invalid' })
})
