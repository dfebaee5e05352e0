import { describe, expect, it } from 'vitest'
import { readDemoSettings, settleHost } from './demo-settings.ts'

const parts = {
  port: 8420,
  dataDir: '/data',
  partnerSecret: 'made-for-the-demo',
  demoCrm: { url: 'http://127.0.0.1:8422', clientId: 'bobbin', clientSecret: 'known to both' },
}

describe('the settings of the demo', () => {
  it('are its own where nothing is set', () => {
    expect(readDemoSettings({})).toEqual({
      port: null,
      firstPort: 8_420,
      dataDir: expect.stringMatching(/\.data.demo$/),
      accessTokenTtl: 3_600,
    })
    expect(settleHost({}, parts)).toMatchObject({
      url: 'http://localhost:8420',
      localUrl: 'http://127.0.0.1:8420',
      partner: { id: 'demo', secret: 'made-for-the-demo' },
      allowPrivateNetworks: true,
      env: {
        BOBBIN_LISTEN: '127.0.0.1',
        BOBBIN_LOG_LEVEL: 'warn',
        BOBBIN_DEMO_CRM_URL: 'http://127.0.0.1:8422',
      },
    })
  })

  it.each([
    ['BOBBIN_PARTNER_NAME', 'Acme'],
    ['BOBBIN_LOG_LEVEL', 'debug'],
    ['BOBBIN_LISTEN', '::'],
    ['BOBBIN_URL', 'https://bobbin.example.com'],
    ['BOBBIN_ALLOW_PRIVATE_NETWORKS', 'false'],
    ['BOBBIN_CHECKS', '2'],
    ['BOBBIN_ENCRYPTION_KEYS', `own:${Buffer.alloc(32, 1).toString('base64')}`],
  ])('leave %s to the operator', (name, value) => {
    expect(settleHost({ [name]: value }, parts).env).toMatchObject({ [name]: value })
  })

  it("take the operator's partner, whose secret the sample app then has, too", () => {
    const env = { BOBBIN_PARTNER_ID: 'acme', BOBBIN_PARTNER_SECRET: 'sixteen characters' }
    expect(settleHost(env, parts)).toMatchObject({
      partner: { id: 'acme', secret: 'sixteen characters' },
      env,
    })
  })

  it.each([
    [{ BOBBIN_LISTEN: '::', BOBBIN_URL: 'https://bobbin.example.com' }, 'http://127.0.0.1:8420'],
    [{ BOBBIN_LISTEN: '::1' }, 'http://[::1]:8420'],
    [{ BOBBIN_LISTEN: '192.168.0.7' }, 'http://192.168.0.7:8420'],
  ])('say where the host app is called on this machine: %o', (env, localUrl) => {
    expect(settleHost(env, parts).localUrl).toBe(localUrl)
  })

  it.each([
    ['PORT', '8500', { port: 8_500 }],
    ['PORT', '0', { port: null, firstPort: 0 }],
    ['BOBBIN_DATA_DIR', '/elsewhere', { dataDir: '/elsewhere' }],
    ['DEMO_ACCESS_TOKEN_TTL', '60', { accessTokenTtl: 60 }],
  ])('read %s=%s', (name, value, expected) => {
    expect(readDemoSettings({ [name]: value })).toMatchObject(expected)
  })

  it.each([
    [{ PORT: 'http' }, 'PORT '],
    [{ PORT: '70000' }, 'PORT '],
    [{ BOBBIN_PARTNER_ID: 'acme' }, 'BOBBIN_PARTNER_ID and BOBBIN_PARTNER_SECRET belong together'],
    [{ BOBBIN_PARTNER_SECRET: 'sixteen characters' }, 'BOBBIN_PARTNER_SECRET belong together'],
    [{ BOBBIN_CHECKS: 'many' }, 'BOBBIN_CHECKS '],
    [{ DEMO_ACCESS_TOKEN_TTL: 'soon' }, 'DEMO_ACCESS_TOKEN_TTL must be a number of seconds'],
    [{ BOBBIN_DEMO_CRM_URL: 'https://crm.example.com' }, 'BOBBIN_DEMO_CRM_URL is for the demo itself to set'],
    [
      { BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID: 'x' },
      'BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID is for the demo itself to set',
    ],
  ])('are refused before anything starts: %o', (env, problem) => {
    expect(() => readDemoSettings(env)).toThrow(problem)
  })
})
