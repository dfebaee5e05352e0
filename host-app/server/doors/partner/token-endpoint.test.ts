import { describe, expect, it } from 'vitest'
import { partner } from '../../testing/app.testing.ts'
import { usePartner } from './use-partner.testing.ts'

const world = usePartner()

describe('the token endpoint', () => {
  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['a wrong client', { client_id: 'other' }, 401, 'invalid_client'],
    ['no secret', { client_secret: '' }, 400, 'invalid_request'],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no grant', { grant_type: '' }, 400, 'invalid_request'],
    ['no code', { code: '' }, 400, 'invalid_request'],
    ['no address', { redirect_uri: '' }, 400, 'invalid_request'],
    ['no verifier', { code_verifier: '' }, 400, 'invalid_request'],
    ['a short verifier', { code_verifier: 'short' }, 400, 'invalid_request'],
  ])('refuses %s in OAuth’s words, and nothing is kept by a cache', async (_, change, status, error) => {
    const reply = await world.one.exchange('bob_code_x', change)
    expect([reply.statusCode, reply.json()]).toEqual([
      status,
      { error, error_description: expect.any(String) },
    ])
    expect(reply.headers['cache-control']).toBe('no-store')
    expect(reply.headers['www-authenticate'] !== undefined).toBe(status === 401)
  })

  it('takes the client’s secret by Basic as well, but not twice', async () => {
    const { partner_id, partner_secret } = partner
    const encode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`${encode(partner_id)}:${encode(secret)}`).toString('base64')}`,
    })
    const code = await world.one.allow()
    const silent = { client_id: '', client_secret: '' }
    expect((await world.one.exchange(code, {}, basic(partner_secret))).json()).toMatchObject({
      error: 'invalid_request',
    })
    expect((await world.one.exchange(code, silent, basic('wrong'))).statusCode).toBe(401)
    for (const authorization of ['Basic', 'Basic !', 'Bearer x', `Basic ${btoa('%zz:%zz')}`]) {
      expect((await world.one.exchange(code, silent, { authorization })).statusCode).toBe(401)
    }
    expect((await world.one.exchange(code, silent, basic(partner_secret))).statusCode).toBe(200)
  })

  it('answers in OAuth’s shape to what is no form', async () => {
    for (const [type, payload] of [
      ['application/json', '{}'],
      ['text/plain', 'x'],
      ['application/x-www-form-urlencoded', 'x'.repeat(33_000)],
    ] as const) {
      const reply = await world.test.app.inject({
        method: 'POST',
        url: '/oauth/token',
        headers: { 'content-type': type },
        payload,
      })
      expect([reply.statusCode >= 400 && reply.statusCode < 500, reply.json()]).toEqual([
        true,
        { error: 'invalid_request', error_description: expect.any(String) },
      ])
    }
  })
})
