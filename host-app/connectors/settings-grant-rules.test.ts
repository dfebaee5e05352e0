import { expect, it } from 'vitest'
import { connectorFaults } from './connector-rules.ts'
import type { SettingsGrant } from './settings-grant.ts'
import { connectorInfo, property } from '../server/testing/made-up-connector.testing.ts'

const byClient: SettingsGrant = {
  type: 'client_credentials',
  tokenEndpoint: 'https://{subdomain}.vendor.test/token',
  client: { id: 'app_id', secret: 'app_secret' },
  clientAuthentication: 'basic',
}
const byKey: SettingsGrant = {
  type: 'jwt_bearer',
  tokenEndpoint: 'https://login.vendor.test/token',
  key: 'app_secret',
  assertion: { algorithm: 'RS256', issuer: '{app_secret.client_email}', lifetime: 60_000 },
}

const of = (type: 'OAUTH2CC' | 'CUSTOM' | 'OAUTH2', own: object, hosts: string[] | undefined, key = 'own') =>
  connectorFaults({
    info: connectorInfo({
      steps: ['form'],
      auth_methods: [{ key: 'own', title: 'Own', type, properties: ['app_id', 'app_secret'] }],
      properties: [
        property('subdomain', { binds: ['app_secret'] }),
        property('region', { binds: [] }),
        property('app_id', { binds: [] }),
        property('app_secret', { is_credential: true }),
      ],
    }),
    ...(hosts && { hosts }),
    settingsGrants: { [key]: own as SettingsGrant },
  })

const vendor = ['*.vendor.test']
const together = 'client_credentials and an auth method of type OAUTH2CC go together'

it.each<[...Parameters<typeof of>, string[]]>([
  ['OAUTH2CC', byClient, vendor, 'own', []],
  ['CUSTOM', byKey, vendor, 'own', []],
  ['CUSTOM', byKey, undefined, 'own', []],
  ['CUSTOM', byClient, vendor, 'own', [together]],
  ['OAUTH2CC', byKey, vendor, 'own', [together]],
  [
    'OAUTH2CC',
    byClient,
    undefined,
    'own',
    ['tokenEndpoint is made of values, so `hosts` has to say where it may be'],
  ],
  [
    'OAUTH2CC',
    { ...byClient, tokenEndpoint: 'https://{region}.vendor.test/' },
    vendor,
    'own',
    ['region: it says where "app_secret" goes, and does not bind it'],
  ],
  [
    'OAUTH2CC',
    { ...byClient, tokenEndpoint: 'https://{app_secret}.vendor.test/' },
    vendor,
    'own',
    ['tokenEndpoint: "app_secret" is a secret, and has no place in an address'],
  ],
  [
    'OAUTH2CC',
    { ...byClient, tokenEndpoint: 'https://{nobody}.vendor.test/' },
    vendor,
    'own',
    ['tokenEndpoint is made of "nobody", which is no setting'],
  ],
  ['CUSTOM', byKey, ['other.test'], 'own', ['tokenEndpoint is no address of `hosts`']],
  [
    'OAUTH2CC',
    { ...byClient, client: { id: 'app_id', secret: 'region' } },
    vendor,
    'own',
    [
      '"region" is no setting of the method',
      '"region" is no secret',
      'subdomain: it says where "region" goes, and does not bind it',
    ],
  ],
  [
    'CUSTOM',
    { ...byKey, assertion: { algorithm: 'RS256', issuer: '{nobody.email}', lifetime: 0 } },
    vendor,
    'own',
    ['"nobody" is no setting', 'the assertion has to count for a while'],
  ],
  [
    'OAUTH2CC',
    { ...byClient, keptFields: { access_token: 'x' } },
    vendor,
    'own',
    ['"access_token" is the name of a token, and cannot be kept as something else'],
  ],
  [
    'OAUTH2CC',
    { ...byClient, clientAuthentication: { headers: { 'x-app': '{client_id}' } } },
    vendor,
    'own',
    ['clientAuthentication: none of the headers has the secret'],
  ],
])(
  'a method of type %s with the grant %j and the hosts %j has its faults',
  (type, own, hosts, key, faults) => {
    expect(of(type, own, hosts, key)).toEqual(faults.map((fault) => `settingsGrants.own: ${fault}`))
  },
)

it('a grant belongs to a method', () => {
  expect(of('CUSTOM', byKey, vendor, 'other')).toEqual(['settingsGrants: "other" is no auth method'])
})

it('a method has its grant by a consent, or by settings', () => {
  expect(of('OAUTH2', byKey, vendor)).toContain(
    'settingsGrants.own: a method of type OAUTH2 has its grant by a consent',
  )
})
