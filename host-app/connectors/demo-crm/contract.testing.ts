import { createServer } from 'node:http'
import { freePort } from '../../../scripts/free-port.mjs'
import { beginDemoGrant, type DemoClient, grantDemoTokens } from '../../demo/demo-grant.testing.ts'
import { startDemoProvider } from '../../demo/demo-provider.ts'
import { visitDemoProvider } from '../../demo/demo-visitor.testing.ts'
import { listenLocally } from '../../demo/local-server.ts'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { contractOf, type Silence, type Situation } from '../connector-contract.testing.ts'
import type { ConnectorGrant } from '../connector.ts'
import { grantOf } from '../grant.testing.ts'
import { createDemoCrm } from './connector.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { start_date: '2026-01-31', region: 'us' }
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const redirectUri = 'http://localhost:8420/oauth/callback/demo-crm'
const client: DemoClient = { url, clientId: 'bobbin', clientSecret: 'a-secret', redirectUri }

export const demoCrm = createDemoCrm(url)

export type DemoCrmScene = Awaited<ReturnType<typeof openDemoCrm>>

/** The CRM, where Anna has consented, and the same on a bad day. */
export async function openDemoCrm() {
  const provider = await startDemoProvider({
    ...{ ...client, port, redirectUris: [redirectUri], accessTokenTtl: 3600 },
  })
  const { access_token: token } = await grantDemoTokens(client, 'crm.read account.read', 'Anna')
  const { access_token: narrowToken } = await grantDemoTokens(client, 'crm.read')
  /** Answers with the status and the body; a status of 0: not at all. */
  let badDay = { status: 200, body: '' }
  let asked = 0
  const vendor = await listenLocally(
    createServer((_request, response) => {
      asked += 1
      if (badDay.status > 0) response.writeHead(badDay.status).end(badDay.body)
    }),
    0,
  )
  const situation = (grant: ConnectorGrant | string | null): Situation => ({
    ...{ settings, grant: typeof grant === 'string' ? grantOf(grant) : grant },
    ...outbound,
  })
  /** The same calls, answered by the vendor on a bad day. */
  function onBadDay(status: number, body = ''): Situation {
    badDay = { status, body }
    const toVendor: typeof fetch = (input, init) =>
      outbound.fetch(String(input).replace(url, `http://127.0.0.1:${vendor.port}`), init)
    return { ...situation(token), fetch: toVendor }
  }
  function silent(): Silence {
    const before = asked
    return { situation: onBadDay(0), isAsked: () => asked > before }
  }
  async function consent(): Promise<Record<string, string>> {
    const { verifier, authorizationUrl } = beginDemoGrant(client, 'crm.read account.read')
    const callback = await visitDemoProvider(authorizationUrl, { name: 'Anna' })
    const code = callback.searchParams.get('code') ?? ''
    return { code, redirect_uri: redirectUri, code_verifier: verifier }
  }
  const close = () => Promise.all([provider.close(), vendor.close()])
  return { token, narrowToken, situation, onBadDay, silent, consent, close }
}

export const contract = contractOf(demoCrm, openDemoCrm, (scene) => ({
  example: settings,
  junk: { start_date: ['', 'yesterday', '2026-02-30'], region: ['', 'moon'] },
  working: () => scene().situation(scene().token),
  silent: () => scene().silent(),
  account: 'Anna, Demo workspace',
  config: () => ({
    ...{ start_date: '2026-01-31T00:00:00Z', region: 'us', access_token: scene().token },
  }),
  trip: () => ({
    client: { id: client.clientId, secret: client.clientSecret },
    ...{ settings: {}, fetch: outbound.fetch },
    consent: () => scene().consent(),
    situation: (grant) => scene().situation(grant),
  }),
  secrets: () => [client.clientSecret, scene().token, scene().narrowToken],
  failures: {
    'a made-up token': {
      code: 'AuthorizationExpired',
      field: null,
      situation: () => scene().situation('made-up'),
    },
    'no token': { code: 'AuthorizationExpired', field: null, situation: () => scene().situation(null) },
    'a token of too narrow a scope': {
      code: 'PermissionDenied',
      field: null,
      situation: () => scene().situation(scene().narrowToken),
    },
    'a rate limit': { code: 'VendorRateLimited', field: null, situation: () => scene().onBadDay(429) },
    'a broken vendor': { code: 'VendorUnavailable', field: null, situation: () => scene().onBadDay(503) },
    'a vendor that answers with something else': {
      code: 'VendorUnavailable',
      field: null,
      situation: () => scene().onBadDay(200, '<html>'),
    },
    'a vendor that changed its API': {
      code: 'VendorUnavailable',
      field: null,
      situation: () => scene().onBadDay(200, '{"name": 5}'),
    },
    'a private address': {
      code: 'AddressNotAllowed',
      field: null,
      situation: () => ({
        ...scene().situation(scene().token),
        fetch: createOutbound({ allowPrivateNetworks: false }).fetch,
      }),
    },
  },
}))
