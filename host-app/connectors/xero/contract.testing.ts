import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Situation } from '../connector-contract.testing.ts'
import type { ConnectorGrant } from '../connector.ts'
import { grantOf } from '../grant.testing.ts'
import { restContractOf } from '../rest/rest-connector.testing.ts'
import { xero } from './connector.ts'
import { allScopes, app, startFakeXero, tenants } from './fake-xero.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { start_date: '2026-01-31', tenant_id: tenants.shop }
const few = ['offline_access', 'accounting.settings.read', 'accounting.contacts.read']
/** Streams, with the scope that a grant for few things lacks of them. */
const lackedByFew = Object.entries({
  banktransactions: ['bank_transactions', 'bank_transfers'],
  invoices: [
    ...['credit_notes', 'invoices', 'linked_transactions', 'purchase_orders', 'quotes'],
    'repeating_invoices',
  ],
  manualjournals: ['manual_journals'],
  payments: ['overpayments', 'payments', 'prepayments'],
}).flatMap(([scope, ids]) => ids.map((id) => [id, scope] as const))

export type XeroScene = Awaited<ReturnType<typeof openXero>>

/** Xero, with grants of many kinds. */
export async function openXero() {
  const fake = await startFakeXero()
  fake.tokens.set('at-of-all', { scopes: allScopes, state: 'good' })
  fake.tokens.set('at-of-few', { scopes: few, state: 'good' })
  fake.tokens.set('at-of-invoices', { scopes: ['accounting.invoices.read'], state: 'good' })
  fake.tokens.set('at-of-old', { scopes: allScopes, state: 'expired' })
  const withGrant = (grant: ConnectorGrant | null, more: Record<string, string> = {}): Situation => ({
    ...{ settings: { ...settings, ...more }, grant },
    ...{ ...outbound, fetch: fake.inPlace(outbound.fetch) },
  })
  const situation = (accessToken: string | null = 'at-of-all', more?: Record<string, string>) =>
    withGrant(grantOf(accessToken, { scopes: fake.tokens.get(accessToken ?? '')?.scopes ?? [] }), more)
  return { fake, withGrant, situation, close: () => fake.close() }
}

export const contract = restContractOf(xero, openXero, (scene) => {
  const expired = (token: string | null) => ({
    ...{ code: 'AuthorizationExpired' as const, field: null },
    situation: () => scene().situation(token),
  })
  const notOf = (tenant: string) => ({
    ...{ code: 'PermissionDenied' as const, field: 'tenant_id' },
    situation: () => scene().situation('at-of-all', { tenant_id: tenant }),
  })

  return {
    example: { ...settings, include_archived_contacts: 'true' },
    junk: {
      start_date: ['', 'yesterday'],
      include_archived_contacts: ['perhaps'],
      tenant_id: ['', 'two words', 'a\nb'],
    },
    working: () => scene().situation(),
    fake: () => scene().fake,
    options: { tenant_id: [tenants.shop, tenants.farm] },
    account: 'Shop Ltd',
    config: () => ({ ...settings, start_date: '2026-01-31T00:00:00Z', access_token: 'at-of-all' }),
    trip: () => ({
      ...{
        client: { id: app.clientId, secret: app.secret },
        settings: {},
        fetch: scene().fake.inPlace(fetch),
      },
      async consent() {
        scene().fake.codes.set('code-1', allScopes)
        return { code: 'code-1', redirect_uri: app.redirectUri, code_verifier: 'v' }
      },
      situation: (grant) => scene().withGrant(grant),
    }),
    closed: {
      situation: () => scene().situation('at-of-few'),
      access: Object.fromEntries(
        lackedByFew.map(([id, scope]) => [id, { reason: 'needs_scope', scope: `accounting.${scope}.read` }]),
      ),
    },
    secrets: () => [app.secret, ...scene().fake.tokens.keys()],
    failures: {
      'a made-up token': expired('at-of-none'),
      'a token of old': expired('at-of-old'),
      'no grant': expired(null),
      'a tenant that has left': notOf(tenants.left),
      'a tenant that has no books': notOf(tenants.practice),
      'no tenant': notOf(''),
      'a grant without the scope of the check': {
        ...{ code: 'PermissionDenied', field: null },
        situation: () => scene().situation('at-of-invoices'),
      },
    },
  }
})
