import { expect, it } from 'vitest'
import type { OAuthProvider } from './oauth-provider.ts'
import { oauthFaults } from './oauth-rules.ts'
import { connectorInfo, property } from '../server/testing/made-up-connector.testing.ts'

const hmac = { parameter: 'hmac', algorithm: 'sha256-hex' } as const

it.each<[Partial<OAuthProvider>, string[]]>([
  [{ callbackSignature: hmac, callbackEchoes: { shop: '{shop}.shops.test' } }, []],
  [{ callbackSignature: { ...hmac, parameter: 'state' } }, ['callbackSignature: "state" is no name for it']],
  [{ callbackSignature: { ...hmac, parameter: '' } }, ['callbackSignature: "" is no name for it']],
  [{ callbackSignature: hmac, codeParameter: 'hmac' }, ['callbackSignature: "hmac" is no name for it']],
  [
    { callbackSignature: hmac, clientAuthentication: 'none' },
    ['callbackSignature: with none there is no secret to sign with'],
  ],
  [
    { callbackSignature: hmac, clientAuthentication: 'private_key_jwt' },
    ['callbackSignature: with private_key_jwt there is no secret to sign with'],
  ],
  [{ clientAuthentication: { headers: { 'x-app': '{client_id}:{client_secret}' } } }, []],
  [
    { clientAuthentication: { headers: { 'x app': '{client_id}' } } },
    [
      'clientAuthentication: "x app" is no name of a header',
      'clientAuthentication: none of the headers has the secret',
    ],
  ],
  [
    { clientAuthentication: { headers: { 'x-app': '{client_secret}{shop}' } } },
    ['clientAuthentication: "shop" is neither the id nor the secret'],
  ],
  [{ callbackEchoes: { code: '{shop}' } }, ['callbackEchoes: "code" says something else']],
  [{ callbackEchoes: { shop: 'shops.test' } }, ['callbackEchoes.shop: it is made of endpointSettings']],
  [{ callbackEchoes: { shop: '{other}' } }, ['callbackEchoes.shop: it is made of endpointSettings']],
])('what a provider says of its callbacks, %j, has these faults: %j', (fields, faults) => {
  const info = connectorInfo({
    type: 'platform.test-shop',
    slug: 'test-shop',
    properties: [property('shop', { affects_authorization: true })],
  })
  const oauth: OAuthProvider = {
    issuer: null,
    sendsIssuer: false,
    authorizationEndpoint: 'https://vendor.test/authorize',
    tokenEndpoint: 'https://vendor.test/token',
    clientAuthentication: 'post',
    endpointSettings: ['shop'],
    scopes: [],
    ...fields,
  }
  expect(oauthFaults({ info, oauth })).toEqual(faults.map((fault) => `oauth.${fault}`))
})
