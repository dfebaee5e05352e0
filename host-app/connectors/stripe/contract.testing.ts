import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Situation } from '../connector-contract.testing.ts'
import type { ConnectorGrant } from '../connector.ts'
import { grantOf } from '../grant.testing.ts'
import { restContractOf } from '../rest/rest-connector.testing.ts'
import { stripe } from './connector.ts'
import { allPermissions, platform, startFakeStripe } from './fake-stripe.testing.ts'
import { stripeStreams } from './stripe-streams.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
export const settings = { start_date: '2026-01-31' }
export const token = 'sk_test_granted_to_us'
export const key = 'rk_test_of_a_shop'
/** What a key may read that may read few things. */
export const openToFew = ['charges', 'invoices', 'invoice_items', 'invoice_line_items']
const lackedByFew = stripeStreams.map(({ id }) => id).filter((id) => !openToFew.includes(id))

export type StripeScene = Awaited<ReturnType<typeof openStripe>>

/** Stripe, with keys of many kinds. */
export async function openStripe() {
  const fake = await startFakeStripe()
  const few = allPermissions.filter((permission) => /charge|account|invoice/.test(permission))
  fake.keys.set(token, { permissions: null, state: 'good', grantedBy: 'acct_1Shop' })
  fake.keys.set(key, { permissions: allPermissions, state: 'good' })
  fake.keys.set('rk_test_few', { permissions: few, state: 'good' })
  fake.keys.set('rk_test_charges', { permissions: ['rak_charge_read'], state: 'good' })
  fake.keys.set('rk_test_nothing', { permissions: [], state: 'good' })
  fake.keys.set('rk_test_old', { permissions: allPermissions, state: 'expired' })
  fake.keys.set('rk_test_revoked', { permissions: allPermissions, state: 'revoked' })
  fake.keys.set('sk_test_left', { permissions: null, state: 'disconnected' })
  const situation = (
    grant: ConnectorGrant | null,
    given: Readonly<Record<string, string>> = settings,
  ): Situation => ({
    ...{ settings: given, grant },
    ...{ ...outbound, fetch: fake.inPlace(outbound.fetch) },
  })
  const withGrant = (accessToken: string | null) =>
    situation(grantOf(accessToken, { kept: { account_id: 'acct_1Shop' }, scopes: ['read_only'] }))
  const withKey = (secret: string) =>
    situation(null, { ...settings, auth_method: 'key', client_secret: secret })
  return { fake, situation, withGrant, withKey, close: () => fake.close() }
}

export const contract = restContractOf(stripe, openStripe, (scene) => {
  const field = 'client_secret'
  const refusedKey = (secret: string) => ({
    code: 'CredentialsRejected' as const,
    field,
    situation: () => scene().withKey(secret),
  })
  const refusedGrant = (accessToken: string | null) => ({
    code: 'AuthorizationExpired' as const,
    field: null,
    situation: () => scene().withGrant(accessToken),
  })

  return {
    example: { ...settings, client_secret: 'rk_live_a', account_id: 'acct_1', date_window_size: '30' },
    junk: {
      start_date: ['', 'yesterday', '2026-02-30'],
      lookback_window: ['601', 'a week'],
      date_window_size: ['0'],
    },
    working: () => scene().withGrant(token),
    fake: () => scene().fake,
    account: 'Shop Ltd (acct_1Shop)',
    config: () => ({ start_date: '2026-01-31T00:00:00Z', client_secret: token, account_id: 'acct_1Shop' }),
    trip: () => ({
      client: { id: platform.clientId, secret: platform.secret },
      ...{ settings: {}, fetch: scene().fake.inPlace(fetch) },
      async consent() {
        // Of another account: what ends its grants ends no other's.
        scene().fake.codes.add('other_1')
        return { code: 'other_1', redirect_uri: 'https://bobbin.test/oauth/callback/stripe' }
      },
      situation: (grant) => scene().situation(grant),
    }),
    closed: {
      situation: () => scene().withKey('rk_test_few'),
      access: Object.fromEntries(lackedByFew.map((id) => [id, { reason: 'not_permitted' }])),
    },
    secrets: () => [token, platform.secret, ...scene().fake.keys.keys()],
    failures: {
      'a made-up key': refusedKey('rk_test_none'),
      'a revoked key': refusedKey('rk_test_revoked'),
      'a key whose time is over': refusedKey('rk_test_old'),
      'a key that is none': refusedKey('ключ'),
      'a key for browsers': refusedKey('pk_test_of_a_shop'),
      'no key': refusedKey(' '),
      'a made-up token': refusedGrant('sk_test_none'),
      'no grant': refusedGrant(null),
      'an account that disconnected us': refusedGrant('sk_test_left'),
      'a key that may read nothing': {
        code: 'PermissionDenied',
        field: null,
        situation: () => scene().withKey('rk_test_nothing'),
      },
    },
  }
})
