import { expect, it } from 'vitest'
import { madeUpProvider } from './made-up-provider.testing.ts'
import type { OAuthProvider } from './oauth-provider.ts'
import { oauthFaults } from './oauth-rules.ts'
import type { TokenStep } from './token-step.ts'
import { connectorInfo, property } from '../server/testing/made-up-connector.testing.ts'

const day = 86_400_000
const exchange: TokenStep = {
  endpoint: 'https://vendor.test/long',
  method: 'GET',
  parameters: { access_token: '{access_token}', client_secret: '{client_secret}' },
  keeps: { access_token: 'access_token', expires_in: 'expires_in' },
}
const probe: TokenStep = {
  endpoint: 'https://vendor.test/introspect',
  clientAuthentication: 'post',
  parameters: { token: '{access_token}' },
  keeps: { expires_in: 'exp' },
  lifetimeUnit: 'epoch_seconds',
}
const keptCallbackFields = ['installation']
const proof: TokenStep = {
  endpoint: 'https://vendor.test/mine/{installation}',
  method: 'GET',
  headers: { authorization: 'Bearer {access_token}' },
}
const install: TokenStep = {
  endpoint: 'https://vendor.test/installations/{installation}/tokens',
  clientAuthentication: 'app_jwt',
  keeps: { access_token: 'token', scope: 'permissions', expires_in: 'expires_at' },
  lifetimeUnit: 'date',
}
const unproven = 'tokenSteps: no step has proven that "installation" is the person\'s before it is asked by'

it.each<[string, Partial<OAuthProvider>, string[]]>([
  ['an exchange', { tokenSteps: [exchange] }, []],
  ['a renewal', { renewal: { ...exchange, whileAlive: true, minimumAge: day }, refreshMargin: day }, []],
  ['a probe', { lifetimeProbe: probe }, []],
  ['an installation', { keptCallbackFields, tokenSteps: [proof, install], renewal: install }, []],
  [
    'what a step kept before',
    {
      tokenSteps: [
        { ...exchange, keeps: { ...exchange.keeps, place: 'data.place' } },
        { endpoint: 'https://{place}.vendor.test/' },
      ],
    },
    [],
  ],
  [
    'what is not known',
    { tokenSteps: [{ ...exchange, parameters: { a: '{refresh_token}' }, headers: { 'x-a': '{place}' } }] },
    [
      'tokenSteps.0: nothing is known by "refresh_token" then',
      'tokenSteps.0: nothing is known by "place" then',
    ],
  ],
  [
    'a secret in an address',
    { tokenSteps: [{ ...exchange, endpoint: 'https://vendor.test/{client_secret}/{access_token}' }] },
    [
      'tokenSteps.0: its endpoint is made of "client_secret", which is not known then, or a secret',
      'tokenSteps.0: its endpoint is made of "access_token", which is not known then, or a secret',
    ],
  ],
  [
    'another host',
    { tokenSteps: [{ ...exchange, endpoint: 'https://other.test/' }] },
    ['tokenSteps.0: its endpoint is no address of `hosts`'],
  ],
  [
    'what cannot be sent',
    {
      tokenSteps: [
        { ...exchange, format: 'json', headers: { 'x y': '1' } },
        { ...exchange, clientAuthentication: 'app_jwt', headers: { Authorization: '{access_token}' } },
      ],
    },
    [
      'tokenSteps.0: "x y" is no name of a header',
      'tokenSteps.0: GET has no body to write',
      'tokenSteps.1: its header and app_jwt are both Authorization',
    ],
  ],
  [
    'what cannot be kept',
    {
      tokenSteps: [
        { ...exchange, keeps: { client_secret: 'a', 'a b': 'a', token: '' }, lifetimeUnit: 'date' },
      ],
    },
    [
      'tokenSteps.0: "client_secret" is a name of ours',
      'tokenSteps.0: "a b" is no name to keep anything by',
      'tokenSteps.0: "token" lies nowhere in the answer',
      'tokenSteps.0: lifetimeUnit says what `expires_in` counts, which is not kept',
    ],
  ],
  ['an installation that anybody can name', { keptCallbackFields, tokenSteps: [install] }, [unproven]],
  ['one that is proven too late', { keptCallbackFields, tokenSteps: [install, proof] }, [unproven]],
  ['a renewal by what anybody can name', { keptCallbackFields, renewal: install }, [unproven]],
  [
    'one behind a function',
    { keptCallbackFields, tokenSteps: [{ ...install, endpoint: () => 'https://vendor.test/' }] },
    [unproven],
  ],
  [
    'one that the vendor has signed',
    {
      ...{ keptCallbackFields, tokenSteps: [install] },
      callbackSignature: { parameter: 'hmac', algorithm: 'sha256-hex' },
    },
    [],
  ],
  [
    'a renewal that says nonsense',
    {
      renewal: { ...exchange, keeps: {}, minimumAge: 0, whileAlive: true, endedStatuses: [404, 429, 503] },
      ...{ refreshMargin: 60_000, refreshEndpoint: 'https://vendor.test/refresh' },
    },
    [
      'renewal: 429 does not say that it is gone',
      'renewal: 503 does not say that it is gone',
      'renewal: it keeps no access_token',
      'renewal: minimumAge is a time in milliseconds',
      'renewal: what is renewed while it lives has a refreshMargin of a day at least',
      'renewal: there is no refresh token to say anything of',
    ],
  ],
  [
    'a probe that says nonsense',
    { lifetimeProbe: { endpoint: 'https://vendor.test/introspect', keeps: { access_token: 'token' } } },
    [
      'lifetimeProbe: it does not say which token it is about',
      'lifetimeProbe: it keeps `expires_in`, and nothing else',
    ],
  ],
])('of %s the rules say what is wrong', (_what, fields, faults) => {
  const info = connectorInfo({
    type: 'platform.test-shop',
    slug: 'test-shop',
    properties: [property('shop', { affects_authorization: true })],
  })
  const oauth = madeUpProvider(fields)
  const hosts = ['vendor.test', '*.vendor.test']
  expect(oauthFaults({ info, oauth, hosts })).toEqual(faults.map((fault) => `oauth.${fault}`))
})

it('lets no value say where a token goes without hosts', () => {
  const oauth = madeUpProvider({
    keptFields: { home: 'home' },
    lifetimeProbe: { ...probe, endpoint: '{home}/introspect' },
  })
  const info = connectorInfo({ type: 'platform.test-shop', slug: 'test-shop' })
  expect(oauthFaults({ info, oauth })).toEqual([
    'oauth.lifetimeProbe: its endpoint is made of values, so `hosts` has to say where it may be',
  ])
})
