import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Situation } from '../connector-contract.testing.ts'
import type { ConnectorGrant } from '../connector.ts'
import { grantOf } from '../grant.testing.ts'
import { restContractOf } from '../rest/rest-connector.testing.ts'
import { harvest } from './connector.ts'
import { client, startFakeHarvest } from './fake-harvest.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
export const settings = { start_date: '2026-01-31', account_id: '1001' }
export const token = 'token-of-anna'

export type HarvestScene = Awaited<ReturnType<typeof openHarvest>>

/** Harvest, where Anna has signed in. */
export async function openHarvest() {
  const fake = await startFakeHarvest()
  fake.tokens.add(token)
  const situation = (grant: ConnectorGrant | null, given: Record<string, string> = settings): Situation => ({
    ...{ settings: given, grant },
    ...{ ...outbound, fetch: fake.inPlace(outbound.fetch) },
  })
  const withGrant = (accessToken: string | null, given?: Record<string, string>) =>
    situation(grantOf(accessToken), given)
  return { fake, situation, withGrant, close: () => fake.close() }
}

export const contract = restContractOf(harvest, openHarvest, (scene) => ({
  example: settings,
  junk: { start_date: ['yesterday'], account_id: ['', 'north', '1001\n'] },
  working: () => scene().withGrant(token),
  fake: () => scene().fake,
  account: 'Anna Berg (anna@north.test)',
  options: { account_id: ['1001', '1002', '2001'] },
  config: () => ({ ...settings, start_date: '2026-01-31T00:00:00Z', access_token: token }),
  secrets: () => [token, client.secret],
  trip: () => ({
    ...{ client, settings: {}, fetch: scene().fake.inPlace(fetch) },
    async consent() {
      scene().fake.codes.add('code-1')
      return { code: 'code-1', redirect_uri: 'https://bobbin.test/oauth/callback/harvest' }
    },
    situation: (grant) => scene().situation(grant),
  }),
  failures: {
    'a made-up grant': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => scene().withGrant('made-up'),
    },
    'no grant': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => scene().withGrant(null),
    },
    'an account of somebody else': {
      ...{ code: 'PermissionDenied', field: null },
      situation: () => scene().withGrant(token, { ...settings, account_id: '9009' }),
    },
    'no account': {
      ...{ code: 'PermissionDenied', field: null },
      situation: () => scene().withGrant(token, { start_date: '2026-01-31' }),
    },
  },
}))
