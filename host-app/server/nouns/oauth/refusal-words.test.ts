import { describe, expect, it } from 'vitest'
import { readProviderCode, readRefusalWords, scrubSaid, vendorCodeIn } from './refusal-words.ts'
import { parseTokenReply } from './token-reply.ts'

const refresh = (text: string, isSuccess: boolean, endedGrantCodes: string[] = []) =>
  parseTokenReply(text, isSuccess, 'refresh_token', { quirks: { endedGrantCodes } })

describe('a refusal to renew', () => {
  it.each<[string, string]>([
    ['a sentence behind the code', '{"error":"invalid_grant: The refresh token was revoked."}'],
    ['a dash and a sentence', '{"error":"invalid_grant - expired"}'],
    ['a sentence without a stop', '{"error":"invalid_grant Token has been expired or revoked"}'],
    ['in brackets', '{"error":"invalid_grant(revoked)"}'],
    ['capitals', '{"error":"INVALID_GRANT"}'],
    ['words', '{"error":"Invalid Grant"}'],
    ['camel case', '{"error":"invalidGrant"}'],
    ['the name of a class before it', '{"error":"OAuthException: invalid_grant"}'],
    ['in an object', '{"error":{"code":"invalid_grant","message":"gone"}}'],
    ['in an object with a number', '{"error":{"code":400,"message":"invalid_grant"}}'],
    ['two objects deep', '{"data":{"error":{"error":"invalid_grant"}}}'],
    ['error_code', '{"error_code":"invalid_grant","message":"gone"}'],
    ['errorCode', '{"errorCode":"invalid_grant"}'],
    ['code', '{"status":400,"code":"invalid_grant"}'],
    ['a list of errors', '{"errors":[{"code":"invalid_grant"}]}'],
    ['a list of texts', '{"errors":["invalid_grant"]}'],
    [
      'the name of the status before it',
      '{"statusCode":400,"error":"Bad Request","message":"invalid_grant"}',
    ],
    [
      'another code, and the true one in the sentence',
      '{"error":"invalid_request","error_description":"invalid_grant: gone"}',
    ],
    ['a form', 'error=invalid_grant&error_description=gone'],
    ['a text', 'invalid_grant'],
    ['a text in quotes', '"invalid_grant"'],
    ['a byte order mark', '\uFEFF{"error":"invalid_grant"}'],
  ])('says that the grant is gone: %s', (_name, text) => {
    expect(refresh(text, false)).toMatchObject({ kind: 'refused', code: 'invalid_grant' })
    expect(refresh(text, true)).toMatchObject({ kind: 'refused', code: 'invalid_grant' })
  })

  it.each<[string, string[], string]>([
    ['{"error":"token_expired: 2026-11-01"}', ['token_expired'], 'token_expired'],
    ['{"error":"Refresh token has been revoked."}', ['refresh token has been'], 'refresh token has been'],
    ['{"code":"AADSTS700082"}', ['AADSTS7000'], 'AADSTS7000'],
    ['{"error":{"code":190}}', ['190'], '190'],
    [
      '{"error":"unauthorized","error_description":"TOKEN_REVOKED by user"}',
      ['token_revoked'],
      'token_revoked',
    ],
  ])('is known by what the connector declares: %s', (text, declared, code) => {
    expect(refresh(text, false, declared)).toMatchObject({ kind: 'refused', code })
  })

  it.each([
    '{"error":"invalid_client"}',
    '{"error":"invalid_grant_type"}',
    '{"error":"unsupported_grant_type"}',
    '{"error":"server_error","error_description":"not an invalid_grant"}',
    '{}',
    '',
    '<html>invalid_grant</html>',
    '{"data":{"refresh_token":"invalid_grant"}}',
  ])('does not say so: %s', (text) => {
    const reply = refresh(text, false)
    expect(reply.kind === 'refused' && reply.code).not.toBe('invalid_grant')
  })

  it('ends in time, however it is nested and repeated', () => {
    const text = JSON.stringify({
      error: 'a-a:'.repeat(30_000),
      list: Array.from({ length: 5_000 }, () => ({ error: 'x y' })),
    })
    const began = performance.now()
    expect(readRefusalWords(JSON.parse(text) as Record<string, unknown>).code).toBeNull()
    expect(performance.now() - began).toBeLessThan(200)
  })
})

it('reads a code with what stands behind it, and no other text as a code', () => {
  expect(readProviderCode('AADSTS70008: The token has expired')).toBe('AADSTS70008')
  expect(readProviderCode('urn:oauth:invalid')).toBe('urn:oauth:invalid')
  expect(readProviderCode('error.')).toBe('error')
  for (const text of [
    'The code was used',
    '<b>no</b>',
    '',
    ' ',
    'x'.repeat(101),
    `${'x_'.repeat(60)} y`,
    7,
    null,
  ]) {
    expect(readProviderCode(text)).toBeNull()
  }
})

it('hands on a sentence without secrets, and cut', () => {
  const said = scrubSaid(
    `Code c0de-1234 of anna@acme.test, token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx: ${'no '.repeat(500)}\u202e\n`,
    ['c0de-1234', null],
  )
  expect(said).toMatch(/^Code \*\*\* of \*\*\* token \*\*\*/)
  expect(said?.length).toBeLessThanOrEqual(300)
  expect(scrubSaid(undefined, [])).toBeUndefined()
})

it("finds a vendor's own number", () => {
  expect(vendorCodeIn("AADSTS50011: The redirect URI 'https://x' does not match")).toBe('AADSTS50011')
  expect(vendorCodeIn('The token (OAUTH-1002) is old')).toBe('OAUTH-1002')
  expect(vendorCodeIn('Try again in 2026')).toBeNull()
  expect(vendorCodeIn(undefined)).toBeNull()
})
