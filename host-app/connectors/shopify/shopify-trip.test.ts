import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectSentTo, home, refusal } from '../../server/doors/flows/callbacks.testing.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../server/testing/app.testing.ts'
import { createTestFlow, page } from '../../server/testing/flow.testing.ts'
import { runInThisProcess } from '../../server/testing/in-process.testing.ts'
import { app, type FakeShopify, signed, startFakeShopify } from './fake-shopify.testing.ts'

/* A shop is connected through the app: to Shopify's consent, back by a callback that it signed, and no other. */

let fake: FakeShopify
let test: TestApp
let account: TestAccount
beforeEach(async () => {
  fake = await startFakeShopify()
  test = await createTestApp(
    {
      BOBBIN_OAUTH_SHOPIFY_CLIENT_ID: app.id,
      BOBBIN_OAUTH_SHOPIFY_CLIENT_SECRET: app.secret,
      BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
    },
    undefined,
    (_, { registry, outbound }) =>
      runInThisProcess(registry, { ...outbound, fetchWithin: () => fake.inPlace(outbound.fetch) }),
  )
  const connector = test.services.registry.find('platform.shopify')
  if (!connector?.oauth) throw new Error('It is not there.')
  const tokenEndpoint = `http://{shop}.localhost:${fake.port}/admin/oauth/access_token`
  Object.assign(connector, {
    oauth: { ...connector.oauth, tokenEndpoint },
    hosts: [...(connector.hosts ?? []), `*.localhost:${fake.port}`],
  })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})
afterEach(async () => {
  await test?.close()
  await fake?.close()
})

/** A flow that is on its way back, with what Shopify answered. */
async function leave() {
  const source = {
    ...{
      type: 'platform.shopify',
      display_name: 'Acme',
      properties: { shop: 'Acme', start_date: '2026-01-31' },
    },
  }
  const { id } = (await account.call('POST', '/v4/sources', source)).body as { id: number }
  const { body } = await account.call('POST', '/v3/sessions/ephemeral', {})
  const flow = createTestFlow(test.app, test.services)
  await flow.begin((body as { ephemeral_token: string }).ephemeral_token, { function: 'authorizeSource', id })
  const { authorize_ticket: ticket } = (await flow.call('getState')).json() as { authorize_ticket: string }
  const away = await flow.get(`/connect/${flow.id}/authorize?ticket=${ticket}`)
  const consent = await fake.inPlace(fetch)(String(away.headers['location']), { redirect: 'manual' })
  const back = new URL(consent.headers.get('location') ?? '')
  return {
    flow,
    back,
    answer: Object.fromEntries(back.searchParams),
    account: async () =>
      (
        await test.services.database.read
          .selectFrom('source')
          .select('external_account')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
      ).external_account,
  }
}

const exchanges = () => fake.asked.filter(({ method }) => method === 'POST')

it('is connected by the callback that Shopify signed', async () => {
  const { flow, back, account: shop } = await leave()
  expectSentTo(await flow.get(back.pathname + back.search), home(flow))
  expect(await refusal(flow)).toBeNull()
  expect(await shop()).toBe('Acme Ltd (acme.myshopify.com)')
  expect(exchanges().map(({ form }) => form.get('expiring'))).toEqual(['1'])
})

describe('is not connected by', () => {
  const query = (fields: Record<string, string>) => new URLSearchParams(fields).toString()
  it.each<[string, (answer: Record<string, string>) => string]>([
    ['another code', (answer) => query({ ...answer, code: 'of-a-stranger' })],
    ['a callback without a signature', ({ hmac: _, ...answer }) => query(answer)],
    ['one that somebody else signed', ({ hmac: _, ...answer }) => query(signed(answer, 'their secret'))],
    ['a parameter twice', (answer) => `${query(answer)}&${query({ shop: 'other.myshopify.com' })}`],
    ['a signature twice', (answer) => `${query(answer)}&${query({ hmac: answer['hmac'] ?? '' })}`],
    [
      'another shop’s answer',
      ({ hmac: _, ...answer }) => query(signed({ ...answer, shop: 'other.myshopify.com' })),
    ],
  ])('%s', async (_which, forge) => {
    const { flow, back, answer, account: shop } = await leave()
    expectSentTo(await flow.get(`${back.pathname}?${forge(answer)}`), home(flow))
    expect(await refusal(flow)).toMatchObject({ reason: 'invalid' })
    expect([await shop(), exchanges()]).toEqual([null, []])
  })
})
