import { expect, it } from 'vitest'
import { connectorInfo, property } from '../server/testing/made-up-connector.testing.ts'
import type { StepsGrant } from './settings-grant.ts'
import { settingsGrantFaults } from './settings-grant-rules.ts'
import type { TokenStep } from './token-step.ts'

const signIn: TokenStep = {
  endpoint: 'https://{org}.vendor.test/token',
  parameters: { grant_type: 'password', username: '{name}', password: '{password}' },
  keeps: { access_token: 'access_token', refresh_token: 'refresh_token', home: 'home' },
}
const info = connectorInfo({
  ...{ type: 'platform.test', slug: 'test', steps: ['form'], is_checked: true },
  auth_methods: [{ key: 'own', title: 'Own', type: 'CUSTOM', properties: ['name', 'password'] }],
  properties: [
    property('org', { binds: ['password'] }),
    property('region'),
    property('name'),
    property('password', { is_credential: true }),
    property('other', { is_credential: true }),
  ],
})

it.each<[string, Partial<StepsGrant>, string[]]>([
  ['a password', {}, []],
  [
    'a way to it, and a way on',
    {
      steps: [
        { endpoint: 'https://www.vendor.test/', method: 'GET', keeps: { place: 'url' } },
        { ...signIn, endpoint: ({ place = '' }) => place },
      ],
      refreshSteps: [{ ...signIn, parameters: { refresh_token: '{refresh_token}' } }],
      keptNames: ['home'],
    },
    [],
  ],
  ['no step', { steps: [] }, ['steps: the last one keeps no access_token', 'no step sends "password"']],
  [
    'a secret that is none, and is not sent',
    { secret: 'region' },
    [
      '"region" is no setting of the method',
      '"region" is no secret',
      'no step sends "region"',
      'org: it says where "region" goes, and does not bind it',
    ],
  ],
  [
    'a place that does not bind',
    { steps: [{ ...signIn, endpoint: 'https://{region}.vendor.test/' }] },
    ['region: it says where "password" goes, and does not bind it'],
  ],
  [
    'a place that does not bind another secret that goes there',
    { steps: [{ ...signIn, headers: { 'x-other': '{other}' } }] },
    ['org: it says where "other" goes, and does not bind it', '"other" is no setting of the method'],
  ],
  [
    'a secret in an address',
    { steps: [{ ...signIn, endpoint: 'https://vendor.test/{password}' }] },
    ['steps.0: its endpoint is made of "password", which is not known then, or a secret'],
  ],
  [
    'another host',
    { steps: [{ ...signIn, endpoint: 'https://other.test/' }] },
    ['steps.0: its endpoint is no address of `hosts`'],
  ],
  [
    'an answer in the place of a setting',
    { steps: [{ ...signIn, keeps: { ...signIn.keeps, org: 'org' } }] },
    ['steps.0: "org" is the name of a setting'],
  ],
  [
    'a client that is not there',
    { steps: [{ ...signIn, clientAuthentication: 'basic' }], client: { id: 'name', secret: 'nothing' } },
    ['"nothing" is no setting', 'org: it says where "nothing" goes, and does not bind it'],
  ],
  [
    'nobody who asks',
    { steps: [{ ...signIn, clientAuthentication: 'basic' }] },
    ['steps.0: it says who asks, and there is no client'],
  ],
  [
    'a way on that nothing leads to',
    {
      steps: [{ ...signIn, keeps: { access_token: 'access_token' } }],
      refreshSteps: [{ ...signIn, keeps: {} }],
    },
    [
      'refreshSteps: the last one keeps no access_token',
      'refreshSteps: none of the steps keeps a refresh_token',
    ],
  ],
  [
    'what stays of nothing',
    { keptNames: ['access_token', 'away'] },
    [
      'keptNames: "access_token" is nothing that the steps keep',
      'keptNames: "away" is nothing that the steps keep',
    ],
  ],
  ['a refusal of nothing', { refusedFields: { invalid_grant: 'nothing' } }, ['"nothing" is no setting']],
])('of %s the rules say what is wrong', (_what, fields, faults) => {
  const grant: StepsGrant = { type: 'steps', secret: 'password', steps: [signIn], ...fields }
  const hosts = ['vendor.test', '*.vendor.test']
  expect(settingsGrantFaults({ info, settingsGrants: { own: grant }, hosts })).toEqual(
    faults.map((fault) => `settingsGrants.own: ${fault}`),
  )
})
