import { createServer, type Server } from 'node:http'
import { isolated } from '@bobbin/shared/isolated'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../scripts/free-port.mjs'
import { grantDemoTokens, type DemoClient } from '../../demo/demo-grant.testing.ts'
import { startDemoProvider } from '../../demo/demo-provider.ts'
import { listenLocally, type LocalServer } from '../../demo/local-server.ts'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { describeConnector, runConnector, type Situation } from '../connector-contract.testing.ts'
import { grantOf } from '../grant.testing.ts'
import { createDemoCrm } from './connector.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { start_date: '2026-01-31', region: 'us' }
const port = await freePort()
const url = `http://127.0.0.1:${port}`

let provider: LocalServer
let token: string
let narrowToken: string
/** The vendor on a bad day: answers with the status in `status`, or with `body`. */
let vendor: LocalServer
let badDay = { status: 200, body: '' }

beforeAll(async () => {
  const redirectUri = 'http://localhost:8420/oauth/callback/demo-crm'
  const client: DemoClient = { url, clientId: 'bobbin', clientSecret: 'a-secret', redirectUri }
  provider = await startDemoProvider({ ...client, port, redirectUris: [redirectUri], accessTokenTtl: 3600 })
  token = (await grantDemoTokens(client, 'crm.read account.read', 'Anna')).access_token
  narrowToken = (await grantDemoTokens(client, 'crm.read')).access_token
  vendor = await listenLocally(badVendor(), 0)
})
afterAll(() => Promise.all([provider?.close(), vendor?.close()]))

function badVendor(): Server {
  return createServer((_request, response) => response.writeHead(badDay.status).end(badDay.body))
}

function situation(accessToken: string | null): Situation {
  return { settings, grant: grantOf(accessToken), ...outbound }
}

/** The same calls, answered by the vendor on a bad day. */
function onBadDay(status: number, body = ''): Situation {
  badDay = { status, body }
  const toVendor: typeof fetch = (input, init) =>
    outbound.fetch(String(input).replace(url, `http://127.0.0.1:${vendor.port}`), init)
  return { ...situation(token), fetch: toVendor }
}

const demoCrm = createDemoCrm(url)

describeConnector(demoCrm, {
  example: settings,
  junk: { start_date: ['', 'yesterday', '2026-02-30'], region: ['', 'moon'] },
  working: () => situation(token),
  secrets: () => [token, narrowToken],
  failures: {
    'a made-up token': { code: 'AuthorizationExpired', field: null, situation: () => situation('made-up') },
    'no token': { code: 'AuthorizationExpired', field: null, situation: () => situation(null) },
    'a token of too narrow a scope': {
      code: 'PermissionDenied',
      field: null,
      situation: () => situation(narrowToken),
    },
    'a rate limit': { code: 'VendorRateLimited', field: null, situation: () => onBadDay(429) },
    'a broken vendor': { code: 'VendorUnavailable', field: null, situation: () => onBadDay(503) },
    'a vendor that answers with something else': {
      code: 'VendorUnavailable',
      field: null,
      situation: () => onBadDay(200, '<html>'),
    },
    'a vendor that changed its API': {
      code: 'VendorUnavailable',
      field: null,
      situation: () => onBadDay(200, '{"name": 5}'),
    },
    'a private address': {
      code: 'AddressNotAllowed',
      field: null,
      situation: () => ({
        ...situation(token),
        fetch: createOutbound({ allowPrivateNetworks: false }).fetch,
      }),
    },
  },
})

describe('the demo CRM', () => {
  it('offers three objects, with keys, a withheld field and a forced method', async () => {
    const { streams, lines } = await runConnector(demoCrm, situation(token))
    expect(streams.map((stream) => stream.tap_stream_id)).toEqual(['contacts', 'companies', 'deals'])
    expect(lines[0]).toBe(`Signed in as ${isolated('Anna')} of ${isolated('Demo workspace')}.`)
    const [contacts, , deals] = streams
    expect(contacts?.metadata).toContainEqual({
      breadcrumb: ['properties', 'photo'],
      metadata: {
        inclusion: 'unsupported',
        'unsupported-description': 'Files cannot be read through this API.',
        'selected-by-default': false,
      },
    })
    expect(contacts?.metadata[0]?.metadata).toMatchObject({
      'table-key-properties': ['id'],
      'valid-replication-keys': ['updated_at'],
    })
    expect(deals?.metadata[0]?.metadata['forced-replication-method']).toBe('FULL_TABLE')
  })

  it('names the account, and makes the config of a tap', async () => {
    const report = { phase: () => {}, log: () => {} }
    const context = { ...situation(token), signal: AbortSignal.timeout(5_000), report }
    expect(await demoCrm.identify?.(context)).toBe('Anna, Demo workspace')
    expect(demoCrm.config?.({ settings, grant: grantOf(token) })).toEqual({
      start_date: '2026-01-31T00:00:00Z',
      region: 'us',
      access_token: token,
    })
  })
})
