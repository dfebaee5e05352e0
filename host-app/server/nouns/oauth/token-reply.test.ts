import { describe, expect, it } from 'vitest'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { parseTokenReply } from './token-reply.ts'

const code = (body: unknown, provider: Pick<OAuthProvider, 'quirks' | 'keptFields'> = {}, isSuccess = true) =>
  parseTokenReply(
    typeof body === 'string' ? body : JSON.stringify(body),
    isSuccess,
    'authorization_code',
    provider,
  )
const granted = (values: Record<string, string>, lifetime: number | null = null) => ({
  kind: 'granted',
  values: { token_type: 'Bearer', ...values },
  lifetime,
})

describe('parseTokenReply', () => {
  it('reads a reply by the standard', () => {
    const reply = code({
      access_token: 'a',
      token_type: 'bearer',
      refresh_token: 'r',
      scope: 'x y',
      expires_in: 3600,
      id_token: 'not kept',
    })
    expect(reply).toEqual(
      granted({ access_token: 'a', token_type: 'bearer', refresh_token: 'r', scope: 'x y' }, 3_600_000),
    )
  })

  it('takes a missing token type for Bearer', () => {
    expect(code({ access_token: 'a' })).toEqual(granted({ access_token: 'a' }))
  })

  it.each([
    ['3600', 3_600_000],
    [3600.5, 3_600_500],
    [0, null],
    ['0', null],
    [-1, null],
    ['soon', null],
    [null, null],
    [[], null],
    [true, null],
    [1e300, 10 * 365 * 86_400_000],
  ])('reads expires_in %j as %j ms', (expiresIn, lifetime) => {
    expect(code({ access_token: 'a', expires_in: expiresIn })).toEqual(
      granted({ access_token: 'a' }, lifetime),
    )
  })

  it('reads scopes as a list, with commas and with blanks', () => {
    expect(code({ access_token: 'a', scope: ['x', 'y', 1] })).toEqual(
      granted({ access_token: 'a', scope: 'x y' }),
    )
    expect(code({ access_token: 'a', scope: 'x, y' }, { quirks: { grantedScopeSeparator: ',' } })).toEqual(
      granted({ access_token: 'a', scope: 'x y' }),
    )
    expect(code({ access_token: 'a', scope: '' })).toEqual(granted({ access_token: 'a' }))
  })

  it('reads an urlencoded reply where the provider declares one', () => {
    const quirks = { replyFormat: 'form' } as const
    expect(code('access_token=a%20b&scope=x+y&expires_in=60', { quirks })).toEqual(
      granted({ access_token: 'a b', scope: 'x y' }, 60_000),
    )
    expect(code('error=bad_verification_code', { quirks })).toEqual({
      kind: 'refused',
      code: 'bad_verification_code',
    })
    expect(code({ error: 'invalid_grant' }, { quirks }, false)).toEqual({
      kind: 'refused',
      code: 'invalid_grant',
    })
    expect(code('access_token=a')).toEqual({ kind: 'refused', code: null })
  })

  it('reads a nested token, and no other one', () => {
    const quirks = { okFlag: true, tokenPath: ['authed_user'] }
    const reply = { ok: true, access_token: 'bot', authed_user: { access_token: 'user', scope: 'x,y' } }
    expect(code(reply, { quirks: { ...quirks, grantedScopeSeparator: ',' } })).toEqual(
      granted({ access_token: 'user', scope: 'x y' }),
    )
    expect(code({ ok: true, access_token: 'bot' }, { quirks })).toEqual({ kind: 'refused', code: null })
    expect(code({ ok: true, access_token: 'bot', authed_user: 'x' }, { quirks }).kind).toBe('refused')
    expect(code({ ok: true, access_token: 'bot' }, { quirks: { tokenPath: ['__proto__'] } }).kind).toBe(
      'refused',
    )
  })

  it('takes the token of a refresh from the top where it is not nested', () => {
    const text = JSON.stringify({ access_token: 'fresh', refresh_token: 'r2' })
    expect(parseTokenReply(text, true, 'refresh_token', { quirks: { tokenPath: ['authed_user'] } })).toEqual(
      granted({ access_token: 'fresh', refresh_token: 'r2' }),
    )
  })

  it('takes ok: false for a failure, and a missing ok too', () => {
    const quirks = { okFlag: true }
    expect(code({ ok: false, error: 'invalid_code', access_token: 'a' }, { quirks })).toEqual({
      kind: 'refused',
      code: 'invalid_code',
    })
    expect(code({ access_token: 'a' }, { quirks }).kind).toBe('refused')
  })

  it('takes an error with status 200 for a failure', () => {
    expect(code({ error: 'bad_refresh_token' })).toEqual({ kind: 'refused', code: 'bad_refresh_token' })
  })

  it('finds the code of an error that is an object, and shows no text as a code', () => {
    expect(code({ error: { code: 'expired', message: 'secret' } }, {}, false)).toEqual({
      kind: 'refused',
      code: 'expired',
      said: 'secret',
    })
    expect(code({ error: { type: 'OAuthException', code: 190 } }, {}, false)).toEqual({
      kind: 'refused',
      code: 'OAuthException',
    })
    expect(code({ error: 'The code <b>abc</b> was used' }, {}, false)).toEqual({
      kind: 'refused',
      code: null,
    })
    expect(code({ error: 'x'.repeat(101) }, {}, false)).toEqual({ kind: 'refused', code: null })
  })

  it('never takes a token from a reply that is not a success', () => {
    expect(code({ access_token: 'a' }, {}, false)).toEqual({ kind: 'refused', code: null })
  })

  it.each([
    '',
    'null',
    '[]',
    '"a"',
    '{"access_token":1}',
    '{"access_token":""}',
    '{}',
    '<html>',
    '{"access_token":{}}',
  ])('refuses %s', (text) => {
    expect(code(text)).toEqual({ kind: 'refused', code: null })
  })

  it('keeps declared fields beside the token, and none that would replace it', () => {
    const reply = {
      instance_url: 'https://x.test',
      team: { id: 1 },
      issued_at: 17,
      authed_user: { access_token: 'a', token_type: 'user' },
    }
    const provider = {
      keptFields: {
        instance_url: 'instance_url',
        issued_at: 'issued_at',
        team: 'team',
        team_id: 'team.id',
        none: 'team.name.of',
        absent: 'absent',
        access_token: 'team.id',
        token_type: 'token_type',
      },
      quirks: { tokenPath: ['authed_user'] },
    }
    expect(code(reply, provider)).toEqual(
      granted({
        access_token: 'a',
        token_type: 'user',
        instance_url: 'https://x.test',
        issued_at: '17',
        team_id: '1',
      }),
    )
  })
})
