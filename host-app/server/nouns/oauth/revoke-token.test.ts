import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { plainProvider } from './oauth-world.testing.ts'
import { revokeToken } from './revoke-token.ts'

let vendor: ScriptedProvider
beforeEach(async () => {
  vendor = await startScriptedProvider()
  vendor.answer = () => ({ body: '' })
})
afterEach(() => vendor.close())

const both = { access_token: 'at/1', refresh_token: 'rt-1' }
const client = { id: 'client-1', secret: 's3cret &+' }
const basic = `Basic ${Buffer.from('client-1:s3cret+%26%2B').toString('base64')}`

type Revocation = Partial<NonNullable<OAuthProvider['revocation']>>

function revoke(revocation: Revocation = {}, more: Partial<OAuthProvider> = {}, tokens: object = both) {
  const endpoint = `${vendor.origin}${typeof revocation.endpoint === 'string' ? revocation.endpoint : '/revoke'}`
  return revokeToken({
    provider: plainProvider(vendor.origin, { revocation: { ...revocation, endpoint }, ...more }),
    hosts: undefined,
    client,
    tokens: tokens as Record<string, string>,
    fetch,
    signal: AbortSignal.timeout(30_000),
    now: () => Date.UTC(2026, 10, 29),
  })
}

describe('a provider is told in its own way', () => {
  const form = (token: string, hint: string) => ({ token, token_type_hint: hint })
  it.each<[string, Revocation, Partial<OAuthProvider>, object, object]>([
    [
      'as the standard says, with the refresh token',
      {},
      {},
      both,
      { method: 'POST', path: '/revoke', authorization: basic, parameters: form('rt-1', 'refresh_token') },
    ],
    [
      'with the access token, where there is no other',
      {},
      {},
      { access_token: 'at/1' },
      { authorization: basic, parameters: form('at/1', 'access_token') },
    ],
    [
      'with the access token, where that is what it takes',
      { token: 'access_token' },
      {},
      both,
      { parameters: form('at/1', 'access_token') },
    ],
    [
      'with id and secret in the body, as at its token endpoint',
      {},
      { clientAuthentication: 'post' },
      both,
      {
        authorization: null,
        parameters: { ...form('rt-1', 'refresh_token'), client_id: client.id, client_secret: client.secret },
      },
    ],
    [
      'by Basic as it stands',
      {},
      { basicEncoding: 'raw' },
      both,
      { authorization: `Basic ${Buffer.from('client-1:s3cret &+').toString('base64')}` },
    ],
    [
      'without a client',
      { clientAuthentication: 'none' },
      {},
      both,
      { authorization: null, parameters: form('rt-1', 'refresh_token') },
    ],
    [
      'by the account that was kept, and our secret alone',
      { token: { kept: 'account_id' }, parameter: 'stripe_user_id', clientAuthentication: 'secret' },
      { clientAuthentication: 'post' },
      { ...both, account_id: 'acct_1' },
      {
        authorization: `Basic ${Buffer.from('s3cret &+:').toString('base64')}`,
        parameters: { stripe_user_id: 'acct_1', client_id: client.id },
      },
    ],
    [
      'by GET, with the token as bearer',
      { method: 'GET', tokenIn: 'bearer', token: 'access_token' },
      {},
      both,
      { method: 'GET', authorization: 'Bearer at/1', body: '' },
    ],
    [
      'with the token as it is, in a header of its own',
      { tokenIn: { header: 'authorization' }, token: 'access_token' },
      {},
      both,
      { authorization: 'at/1', parameters: {} },
    ],
    [
      'by DELETE of the grant, with JSON under a name of its own',

      {
        endpoint: '/applications/{client_id}/grant',
        method: 'DELETE',
        tokenIn: 'json',
        parameter: 'access_token',
        token: 'access_token',
      },
      {},
      both,
      {
        ...{ method: 'DELETE', path: '/applications/client-1/grant', authorization: basic },
        body: '{"access_token":"at/1"}',
      },
    ],
    [
      'by DELETE of the token, which is in the path',

      {
        endpoint: '/tokens/{token}',
        method: 'DELETE',
        tokenIn: 'path',
        token: 'access_token',
        clientAuthentication: 'none',
      },
      {},
      both,
      { method: 'DELETE', path: '/tokens/at%2F1', authorization: null, body: '' },
    ],
  ])('%s', async (_, revocation, more, tokens, asked) => {
    expect(await revoke(revocation, more, tokens)).toEqual({ kind: 'revoked' })
    expect(vendor.asked).toEqual([expect.objectContaining(asked)])
  })
})

describe('what it answers', () => {
  const answer = (status: number, body: object | string = '', headers = {}) => {
    vendor.answer = () => ({ status, body, headers })
  }

  it.each([
    [200, '', {}],
    [204, '', {}],
    [200, { ok: true }, { quirks: { okFlag: true } }],
    // Known no more, by those who do not say 200 for it.
    [400, { error: 'invalid_token' }, {}],
    [200, { ok: false, error: 'token_revoked' }, { quirks: { okFlag: true } }],
  ])('%s %j: the grant is over', async (status, body, more) => {
    answer(status, body)
    expect(await revoke({}, more)).toEqual({ kind: 'revoked' })
  })

  it.each([
    [503, 'try later', '120', 120_000],
    [503, '', null, null],
    [429, { error: 'slow_down' }, '7', 7_000],
    [404, '<html>', null, null],
    [302, '', null, null],
  ])('%s %j: it may be over later', async (status, body, wait, retryAfter) => {
    answer(status, body, wait === null ? {} : { 'retry-after': wait })
    expect(await revoke()).toEqual({ kind: 'unreachable', cause: `status ${status}`, retryAfter })
  })

  it.each([
    [400, { error: 'unsupported_token_type' }, 'refused', 'unsupported_token_type'],
    [400, { error: 'invalid_request' }, 'refused', 'invalid_request'],
    [401, { error: 'invalid_client' }, 'misconfigured', 'invalid_client'],
    [200, { error: 'unauthorized_client' }, 'misconfigured', 'unauthorized_client'],
  ])('%s %j: it is %s', async (status, body, kind, code) => {
    answer(status, body)
    expect(await revoke()).toEqual({ kind, code })
  })

  it.each([
    [401, { error: 'invalid_client', error_description: 'This application is NOT connected to acct_1.' }],
    [404, { message: 'gone_already' }],
  ])('%s %j: the grant is over, where the provider says so in words of its own', async (status, body) => {
    const endedCodes = ['This application is not connected', 'gone_already']
    answer(status, body)
    expect(await revoke({ endedCodes })).toEqual({ kind: 'revoked' })
    expect(await revoke()).not.toEqual({ kind: 'revoked' })
    // Of an access token, the refresh token may be another's matter.
    expect(await revoke({ endedCodes, token: 'access_token' })).toEqual({ kind: 'token_expired' })
    answer(401, { error: 'invalid_client', error_description: 'No such client.' })
    expect(await revoke({ endedCodes })).toMatchObject({ kind: 'misconfigured' })
  })

  it('a client that is refused by the header alone', async () => {
    answer(401, '', { 'www-authenticate': 'Basic realm="x"' })
    expect(await revoke()).toMatchObject({ kind: 'misconfigured', code: 'invalid_client' })
  })

  it('an access token whose time is over says nothing of what renews it', async () => {
    const bearer = { tokenIn: 'bearer', token: 'access_token' } as const
    answer(401)
    expect(await revoke(bearer)).toEqual({ kind: 'token_expired' })
    expect(await revoke({ ...bearer, tokenIn: { header: 'x-token' } })).toEqual({ kind: 'token_expired' })
    expect(await revoke(bearer, {}, { access_token: 'at/1' })).toEqual({ kind: 'revoked' })
    answer(400, { error: 'invalid_token' })
    expect(await revoke({ token: 'access_token' })).toEqual({ kind: 'token_expired' })
  })

  it('what it says with a refusal is free of tokens and of our secret', async () => {
    answer(400, { error: 'unsupported_token_type', error_description: 'No rt-1 by s3cret &+ of at/1 here.' })
    expect(await revoke()).toEqual({
      ...{ kind: 'refused', code: 'unsupported_token_type' },
      said: 'No *** by *** of *** here.',
    })
  })

  it('nothing, or half of it', async () => {
    vendor.answer = () => 'cut'
    expect(await revoke()).toMatchObject({ kind: 'unreachable', cause: 'UND_ERR_SOCKET' })
    vendor.close()
    expect(await revoke()).toMatchObject({ kind: 'unreachable', cause: 'ECONNREFUSED' })
  })
})
