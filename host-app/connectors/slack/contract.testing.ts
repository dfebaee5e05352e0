import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Situation } from '../connector-contract.testing.ts'
import type { ConnectorGrant } from '../connector.ts'
import { grantOf } from '../grant.testing.ts'
import { restContractOf } from '../rest/rest-connector.testing.ts'
import { slack } from './connector.ts'
import { allScopes, client, startFakeSlack } from './fake-slack.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { start_date: '2026-01-31', channels: 'C00' }
export const [app, person] = ['xoxb-app', 'xoxp-anna']

export type SlackScene = Awaited<ReturnType<typeof openSlack>>

/** A workspace, with grants of the app and of people in it. */
export async function openSlack() {
  const fake = await startFakeSlack()
  fake.tokens.set(app, { kind: 'bot', scopes: allScopes.bot, state: 'good' })
  fake.tokens.set(person, { kind: 'user', scopes: allScopes.user, state: 'good' })
  const few = ['channels:read', 'channels:history', 'users:read']
  fake.tokens.set('xoxb-few', { kind: 'bot', scopes: few, state: 'good' })
  fake.tokens.set('xoxp-gone', { kind: 'user', scopes: allScopes.user, state: 'revoked' })
  const withGrant = (grant: ConnectorGrant | null): Situation => ({
    ...{ settings, grant },
    ...{ ...outbound, fetch: fake.inPlace(outbound.fetch) },
  })
  const situation = (accessToken: string | null = app, ofPerson: string | null = person) => {
    const scopes = fake.tokens.get(accessToken ?? '')?.scopes ?? allScopes.bot
    const user = ofPerson === null ? null : { accessToken: ofPerson, scopes: allScopes.user }
    const others: NonNullable<ConnectorGrant['others']> = user ? { user } : {}
    return withGrant(grantOf(accessToken, { scopes, others, kept: { team_id: 'T01' } }))
  }
  return { fake, withGrant, situation, close: () => fake.close() }
}

export const contract = restContractOf(slack, openSlack, (scene) => ({
  example: { ...settings, date_window_size: '7', lookback_window: '14' },
  junk: {
    start_date: ['yesterday'],
    channels: ['general', '#general', 'C00\n'],
    date_window_size: ['a week'],
  },
  working: () => scene().situation(),
  fake: () => scene().fake,
  options: { channels: ['C00', 'C01', 'C02', 'C03'] },
  account: 'North (T01)',
  config: () => ({
    ...{ start_date: '2026-01-31T00:00:00Z', channels: ['C00'] },
    ...{ token: app, user_access_token: person },
  }),
  trip: () => ({
    ...{ client, settings: {}, fetch: scene().fake.inPlace(fetch) },
    async consent() {
      scene().fake.codes.set('code-1', { user: true, inEnterprise: true })
      return { code: 'code-1', redirect_uri: 'https://bobbin.test/oauth/callback/slack' }
    },
    situation: (grant) => scene().withGrant(grant),
  }),
  closed: {
    situation: () => scene().situation('xoxb-few', null),
    access: {
      user_groups: { reason: 'needs_scope', scope: 'usergroups:read' },
      files: { reason: 'needs_scope', scope: 'files:read' },
      private_channels: { reason: 'needs_scope', scope: 'groups:read' },
      private_messages: { reason: 'needs_scope', scope: 'groups:history' },
    },
  },
  secrets: () => [client.secret, ...scene().fake.tokens.keys()],
  failures: {
    'a made-up grant': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => scene().situation('xoxb-made-up'),
    },
    'no grant': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => scene().situation(null),
    },
    'a grant of a person that Slack has ended': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => scene().situation(app, 'xoxp-gone'),
    },
  },
}))
