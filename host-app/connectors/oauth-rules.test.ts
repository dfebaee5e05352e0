import { expect, it } from 'vitest'
import { madeUpProvider } from './made-up-provider.testing.ts'
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
  const oauth = madeUpProvider({ endpointSettings: ['shop'], ...fields })
  expect(oauthFaults({ info, oauth })).toEqual(faults.map((fault) => `oauth.${fault}`))
})

const day = 86_400_000

it.each<[Partial<OAuthProvider>, string[]]>([
  [{}, []],
  [{ refreshTraits: {} }, []],
  [
    {
      refreshTraits: {
        ...{
          rotates: true,
          reuseGrace: 1_800_000,
          idleDeath: 60 * day,
          absoluteDeath: 60 * day,
          tokensPerUser: 20,
        },
        inReply: { path: 'x_refresh_token_expires_in', unit: 'milliseconds', means: 'absoluteDeath' },
      },
    },
    [],
  ],
  [
    { refreshTraits: { idleDeath: 2 * day, absoluteDeath: day } },
    ['refreshTraits: idleDeath is later than absoluteDeath'],
  ],
  [{ refreshTraits: { idleDeath: -1 } }, ['refreshTraits: idleDeath is no time in milliseconds']],
  [{ refreshTraits: { absoluteDeath: 0 } }, ['refreshTraits: absoluteDeath is no time in milliseconds']],
  [{ refreshTraits: { idleDeath: 0.5 } }, ['refreshTraits: idleDeath is no time in milliseconds']],
  [{ refreshTraits: { idleDeath: Infinity } }, ['refreshTraits: idleDeath is no time in milliseconds']],
  [{ refreshTraits: { tokensPerUser: 0 } }, ['refreshTraits: tokensPerUser is no count']],
  [
    { refreshTraits: { reuseGrace: 1 } },
    ['refreshTraits: reuseGrace is of tokens that are spent: `rotates`'],
  ],
  [
    { refreshTraits: { rotates: true, reuseGrace: 2 * day, idleDeath: day } },
    ['refreshTraits: reuseGrace is longer than a grant lives'],
  ],
  [
    { refreshTraits: { inReply: { path: ' ', means: 'idleDeath' } } },
    ['refreshTraits: inReply.path is empty'],
  ],
  [
    { otherGrants: [{ role: 'user', path: ['user'], fatal: false, refreshTraits: { idleDeath: 0 } }] },
    ['otherGrants: "user": refreshTraits: idleDeath is no time in milliseconds'],
  ],
])('what a provider says of its refresh tokens, %j, has these faults: %j', (fields, faults) => {
  const info = connectorInfo({ type: 'platform.test-shop', slug: 'test-shop', properties: [] })
  const oauth = madeUpProvider(fields)
  expect(oauthFaults({ info, oauth })).toEqual(faults.map((fault) => `oauth.${fault}`))
})
