import { timings } from '@bobbin/shared/timings'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig, type Environment } from './config.ts'

const key = Buffer.alloc(32, 7).toString('base64')
const least: Environment = { BOBBIN_ENCRYPTION_KEYS: `k1:${key}` }
const production: Environment = {
  ...least,
  NODE_ENV: 'production',
  BOBBIN_URL: 'https://connect.example.com',
}

function problemsOf(env: Environment): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('readConfig', () => {
  it('fills in what is not set', () => {
    expect(readConfig(least)).toMatchObject({
      port: 4400,
      listenHost: '127.0.0.1',
      url: 'http://localhost:4400',
      partner: null,
      allowedOrigins: null,
      allowPrivateNetworks: false,
      checks: { atOnce: 8, perAccount: 3 },
      timings,
      isProduction: false,
      connectorModules: [],
    })
  })

  it('takes an empty value for an absent one', () => {
    expect(readConfig({ ...least, PORT: '', BOBBIN_ALLOWED_ORIGINS: '' })).toMatchObject({
      port: 4400,
      allowedOrigins: null,
    })
  })

  it('calls the partner by its name, or else by its id, or else as the host', () => {
    const partner = { ...least, BOBBIN_PARTNER_ID: 'weaver', BOBBIN_PARTNER_SECRET: 'x'.repeat(16) }
    expect(readConfig({ ...partner, BOBBIN_PARTNER_NAME: ' Weaver & Sons ' }).partnerName).toBe(
      'Weaver & Sons',
    )
    expect(readConfig(partner).partnerName).toBe('weaver')
    const url = 'https://connect.weaver.example'
    expect(readConfig({ ...least, BOBBIN_URL: url }).partnerName).toBe('connect.weaver.example')
  })

  it.each([
    [{}, 'http://localhost:4400/'],
    [{ BOBBIN_URL: 'https://connect.weaver.example' }, 'https://connect.weaver.example/'],
    [
      { BOBBIN_SUPPORT_URL: 'https://weaver.example/hilfe/für\nalle' },
      'https://weaver.example/hilfe/f%C3%BCralle',
    ],
  ])('says to vendors who asks, and with %j where that is', (more, contact) => {
    expect(readConfig({ ...least, ...more }).userAgent).toMatch(/^Bobbin\/\d+\.\d+\.\d+ \(\+[\x21-\x7e]+\)$/)
    expect(readConfig({ ...least, ...more }).userAgent).toContain(`(+${contact})`)
  })

  it('says to vendors whom to write to, where that is how people get help', () => {
    const address = 'mailto:help@weaver.example?subject=Bobbin'
    expect(readConfig({ ...least, BOBBIN_SUPPORT_URL: address }).userAgent).toMatch(
      / \(help@weaver\.example\)$/,
    )
  })

  it.each([
    ['https://weaver.example/help?from=wizard', true],
    ['mailto:help@weaver.example?subject=Bobbin', true],
    ['http://weaver.example/help', false],
    ['mailto:', false],
    ['mailto:nobody', false],
    ['javascript:alert(1)', false],
    ['help', false],
  ])('takes %s for where help is had: %s', (url, isTaken) => {
    const read = () => readConfig({ ...least, BOBBIN_SUPPORT_URL: url }).supportUrl
    if (isTaken) expect(read()).toBe(url)
    else expect(read).toThrow(/BOBBIN_SUPPORT_URL/)
    expect(readConfig(least).supportUrl).toBeNull()
  })

  it('reads where the partner may be sent back to', () => {
    const partner = { ...least, BOBBIN_PARTNER_ID: 'weaver', BOBBIN_PARTNER_SECRET: 'x'.repeat(16) }
    const uris = 'https://a.example/back?x=1, http://127.0.0.1:3000/back'
    expect(readConfig(partner).partnerOAuth).toBeNull()
    expect(readConfig({ ...partner, BOBBIN_PARTNER_REDIRECT_URIS: uris }).partnerOAuth).toEqual({
      redirectUris: ['https://a.example/back?x=1', 'http://127.0.0.1:3000/back'],
    })
    expect(problemsOf({ ...least, BOBBIN_PARTNER_REDIRECT_URIS: uris })).toEqual([
      'BOBBIN_PARTNER_REDIRECT_URIS needs BOBBIN_PARTNER_ID',
    ])
    for (const bad of [
      'http://a.example/back',
      'https://a.example/#x',
      '/back',
      'a:b',
      'https://u@a.example/',
    ]) {
      expect(problemsOf({ ...partner, BOBBIN_PARTNER_REDIRECT_URIS: bad })).toHaveLength(1)
    }
  })

  it('reads keys in order, the sealing one first', () => {
    const { encryptionKeys } = readConfig({ BOBBIN_ENCRYPTION_KEYS: `new:${key}, old:${key}` })
    expect(encryptionKeys.map(({ id }) => id)).toEqual(['new', 'old'])
    expect(encryptionKeys[0]?.key.byteLength).toBe(32)
  })

  it.each([
    ['no key', {}, 'BOBBIN_ENCRYPTION_KEYS is needed'],
    [
      'a short key',
      { BOBBIN_ENCRYPTION_KEYS: 'k1:AAAA' },
      'BOBBIN_ENCRYPTION_KEYS each key must have 32 bytes',
    ],
    ['a twice used id', { BOBBIN_ENCRYPTION_KEYS: `a:${key},a:${key}` }, 'two keys have the same id'],
    ['half a partner', { ...least, BOBBIN_PARTNER_ID: 'p' }, 'BOBBIN_PARTNER_ID and BOBBIN_PARTNER_SECRET'],
    [
      'an origin with a path',
      { ...least, BOBBIN_ALLOWED_ORIGINS: 'https://a.test/x' },
      'BOBBIN_ALLOWED_ORIGINS',
    ],
    ['any port without a URL', { ...least, PORT: '0' }, 'PORT of 0 needs BOBBIN_URL'],
    ['a port out of range', { ...least, PORT: '70000' }, 'PORT'],
    [
      'a secret of no OAuth client',
      { ...least, BOBBIN_OAUTH_CRM_CLIENT_SECRET: 'x' },
      'BOBBIN_OAUTH_CRM_CLIENT_SECRET needs BOBBIN_OAUTH_CRM_CLIENT_ID',
    ],
    ['an unknown timing', { ...least, BOBBIN_TIMINGS: '{"lunch":1}' }, 'BOBBIN_TIMINGS'],
    ['timings that are no JSON', { ...least, BOBBIN_TIMINGS: '{' }, 'BOBBIN_TIMINGS must be JSON'],
    ['production timings', { ...production, BOBBIN_TIMINGS: '{"done":1}' }, 'BOBBIN_TIMINGS is for tests'],
    ['production without a URL', { ...least, NODE_ENV: 'production' }, 'BOBBIN_URL is needed in production'],
    ['production over http', { ...production, BOBBIN_URL: 'http://connect.example.com' }, 'must be https'],
    [
      'another database',
      { ...production, DATABASE_URL: 'postgres://x' },
      'DATABASE_URL is not supported yet',
    ],
  ] satisfies [string, Environment, string][])('refuses %s', (_, env, problem) => {
    expect(problemsOf(env).join('\n')).toContain(problem)
  })

  it('never repeats a value', () => {
    const secret = 'k1:this-is-not-32-bytes'
    expect(problemsOf({ BOBBIN_ENCRYPTION_KEYS: secret, BOBBIN_PARTNER_SECRET: 'short' }).join()).not.toMatch(
      /not-32|short/,
    )
  })

  it('merges BOBBIN_TIMINGS over the ordinary ones', () => {
    const config = readConfig({ ...least, BOBBIN_TIMINGS: '{"done":50}' })
    expect(config.timings).toEqual({ ...timings, done: 50 })
  })

  it('finds the OAuth clients of connectors by slug', () => {
    const config = readConfig({
      ...least,
      BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID: 'id',
      BOBBIN_OAUTH_DEMO_CRM_CLIENT_SECRET: 'secret',
    })
    expect([...config.oauthClients]).toEqual([['demo-crm', { id: 'id', secret: 'secret' }]])
  })

  it('accepts a complete production environment', () => {
    expect(readConfig(production)).toMatchObject({ isProduction: true, url: 'https://connect.example.com' })
  })
})
