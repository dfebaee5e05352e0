import { describe, expect, it } from 'vitest'
import { asked, locationOf, redirectUri } from './partner.testing.ts'
import { usePartner } from './use-partner.testing.ts'

const world = usePartner()

describe('a request that does not come from the partner is sent nowhere', () => {
  it.each([
    ['another client', { client_id: 'other' }],
    ['no client', { client_id: '' }],
    ['another address', { redirect_uri: 'https://evil.test/back?keep=1' }],
    ['an address that begins alike', { redirect_uri: `${redirectUri}.evil.test` }],
    ['an address with a user name', { redirect_uri: 'https://partner.test@evil.test/back?keep=1' }],
    ['an address in capitals', { redirect_uri: redirectUri.toUpperCase() }],
    ['an address with a path of dots', { redirect_uri: 'https://partner.test/x/../back?keep=1' }],
    ['an address without its query', { redirect_uri: 'https://partner.test/back' }],
    ['no address', { redirect_uri: '' }],
  ])('%s', async (_, change) => {
    const reply = await world.one.open({ ...asked, ...change })
    expect([reply.statusCode, reply.headers.location]).toEqual([400, undefined])
    expect(reply.body).toContain('This request is not complete')
  })

  it('two addresses', async () => {
    const twice = `${new URLSearchParams(asked)}&redirect_uri=https%3A%2F%2Fevil.test`
    expect((await world.one.open(twice)).statusCode).toBe(400)
  })
})

it.each([
  ['no state', { state: '' }, 'invalid_request'],
  ['a state that is too long', { state: 'x'.repeat(2_049) }, 'invalid_request'],
  ['no challenge', { code_challenge: '' }, 'invalid_request'],
  ['a challenge of another form', { code_challenge: 'plain' }, 'invalid_request'],
  ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['a token in place of a code', { response_type: 'token' }, 'unsupported_response_type'],
])('the partner is told of a request with %s', async (_, change, error) => {
  const reply = await world.one.open({ ...asked, ...change })
  expect(reply.statusCode).toBe(303)
  const { searchParams, origin } = locationOf(reply)
  expect([origin, searchParams.get('error')]).toEqual(['https://partner.test', error])
  expect(searchParams.get('iss')).toBe(world.test.services.config.url)
})
