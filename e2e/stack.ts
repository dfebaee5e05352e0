import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Timings } from '@bobbin/shared/timings'
import { readCertificate } from './certificate.ts'
import { freePort } from '../scripts/free-port.mjs'
import { childServer, type ChildServer } from './child-server.ts'
import { connectApi, type ConnectApi } from './connect-api.ts'
import { noteSecret } from './evidence.ts'
import { evidenceListener } from './servers/evidence-listener.ts'
import { hostAppScript } from './host-app-script.ts'
import { hosts } from './hosts.ts'
import { startCustomerSite, type CustomerSite } from './servers/customer-site.ts'
import { answerAsEvil } from './servers/evil-site.ts'
import { startFrontProxy, type FrontProxy } from './servers/front-proxy.ts'

export interface StackOptions {
  /** Tells the log files of several stacks apart. */
  readonly name: string
  /** Time limits of the host app that differ from `quickTimings`. */
  readonly timings: Partial<Timings>
  /** More settings of the host app. */
  readonly env: Readonly<Record<string, string>>
  /** More settings of the demo provider. */
  readonly providerEnv: Readonly<Record<string, string>>
  /** Whether customer page and host app are on different sites, or on one. */
  readonly sites: 'different' | 'same'
}

/** All servers of one worker, behind one HTTPS port. */
export interface Stack {
  readonly proxy: FrontProxy
  readonly customerSite: CustomerSite
  readonly hostApp: ChildServer
  readonly provider: ChildServer
  /** Ends a grant at the provider, by one of its tokens, as its user may there. */
  endGrant(token: string): Promise<void>
  /** The REST API, called as a customer's back end does. */
  readonly api: ConnectApi
  /** Origins, as the browser sees them. */
  readonly origins: Readonly<Record<'opener' | 'opener2' | 'wizard' | 'provider' | 'evil', string>>
  /** Everything that host app and provider printed: no secret may be in it. */
  readLogs(): string
  stop(): Promise<void>
}

/**
 * Short enough for tests that wait for them, long enough for a busy machine. A spec that needs others
 * sets them by `test.use({ timings })` and gets a stack of its own (`stacks.ts`).
 */
export const quickTimings = {
  load: 15_000,
  claim: 15_000,
  presenceGrace: 4_000,
  hiddenGrace: 8_000,
  restartGrace: 5_000,
  uncertain: 2_000,
  relayDown: 8_000,
  heartbeat: 1_000,
  proof: 1_500,
  done: 3_000,
  lease: 3_000,
} satisfies Partial<Timings>

/** What the wizard calls whoever asks. */
export const appName = 'Weaver & Sons'
const partner = { id: 'e2e-partner', secret: 'e2e-partner-secret-0123456789' }
const oauthClient = { id: 'bobbin-e2e', secret: 'e2e-client-secret-0123456789' }

/** Connectors of the tests, loaded as an operator's own are. */
const ownConnectors = ['oauth-only', 'form-post', 'chatter', 'desk', 'ledger', 'parcel', 'partial']

export async function startStack({ name, timings, env, providerEnv, sites }: StackOptions): Promise<Stack> {
  for (const { secret } of [partner, oauthClient]) noteSecret('secret', secret)
  const certificate = readCertificate()
  const dataDir = mkdtempSync(join(tmpdir(), 'bobbin-e2e-'))
  const logFolder = join(dirname(import.meta.dirname), 'test-results', 'logs')
  const proxy = await startFrontProxy(certificate)
  const isSameSite = sites === 'same'
  const origins = {
    opener: proxy.origin(isSameSite ? hosts.corpOpener : hosts.opener),
    opener2: proxy.origin(hosts.opener2),
    wizard: proxy.origin(isSameSite ? hosts.corpWizard : hosts.wizard),
    provider: proxy.origin(hosts.provider),
    evil: proxy.origin(hosts.evil),
  }

  const hostApp = childServer({
    name: 'The host app',
    script: hostAppScript(),
    port: await freePort(),
    healthPath: '/readyz',
    logFile: join(logFolder, `${name}-${process.pid}-host-app.log`),
    env: {
      NODE_EXTRA_CA_CERTS: certificate.file,
      BOBBIN_LISTEN: '127.0.0.1',
      BOBBIN_URL: origins.wizard,
      BOBBIN_DATA_DIR: dataDir,
      BOBBIN_ENCRYPTION_KEYS: `e2e:${Buffer.alloc(32, 7).toString('base64')}`,
      BOBBIN_PARTNER_ID: partner.id,
      BOBBIN_PARTNER_SECRET: partner.secret,
      BOBBIN_PARTNER_NAME: appName,
      BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
      BOBBIN_TRUSTED_PROXIES: '127.0.0.1',
      BOBBIN_TIMINGS: JSON.stringify({ ...quickTimings, ...timings }),
      BOBBIN_DEMO_CRM_URL: origins.provider,
      BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID: oauthClient.id,
      BOBBIN_OAUTH_DEMO_CRM_CLIENT_SECRET: oauthClient.secret,
      BOBBIN_CONNECTORS: ownConnectors
        .map((name) => join(import.meta.dirname, 'connectors', `${name}.ts`))
        .join(','),
      BOBBIN_OAUTH_OAUTH_ONLY_CLIENT_ID: oauthClient.id,
      BOBBIN_OAUTH_OAUTH_ONLY_CLIENT_SECRET: oauthClient.secret,
      BOBBIN_OAUTH_FORM_POST_CLIENT_ID: oauthClient.id,
      BOBBIN_OAUTH_FORM_POST_CLIENT_SECRET: oauthClient.secret,
      BOBBIN_OAUTH_CHATTER_CLIENT_ID: oauthClient.id,
      BOBBIN_OAUTH_CHATTER_CLIENT_SECRET: oauthClient.secret,
      BOBBIN_OAUTH_DESK_CLIENT_ID: oauthClient.id,
      BOBBIN_OAUTH_DESK_CLIENT_SECRET: oauthClient.secret,
      BOBBIN_OAUTH_LEDGER_CLIENT_ID: oauthClient.id,
      BOBBIN_OAUTH_LEDGER_CLIENT_SECRET: oauthClient.secret,
      BOBBIN_OAUTH_PARTIAL_CLIENT_ID: oauthClient.id,
      BOBBIN_OAUTH_PARTIAL_CLIENT_SECRET: oauthClient.secret,
      BOBBIN_LOG_LEVEL: 'debug',
      ...env,
    },
  })
  const provider = childServer({
    name: 'The demo provider',
    script: 'host-app/demo/demo-provider.ts',
    port: await freePort(),
    healthPath: '/.well-known/openid-configuration',
    logFile: join(logFolder, `${name}-${process.pid}-provider.log`),
    env: {
      DEMO_PROVIDER_URL: origins.provider,
      DEMO_CLIENT_ID: oauthClient.id,
      DEMO_CLIENT_SECRET: oauthClient.secret,
      DEMO_REDIRECT_URIS: ['demo-crm', ...ownConnectors]
        .map((slug) => `${origins.wizard}/oauth/callback/${slug}`)
        .join(','),
      ...providerEnv,
    },
  })
  const apiUrl = `http://127.0.0.1:${hostApp.port}`
  const customerSite = await startCustomerSite({ hostOrigin: origins.wizard, apiUrl })

  proxy.route(new URL(origins.wizard).hostname, hostApp.port)
  proxy.route(hosts.provider, provider.port)
  proxy.route(new URL(origins.opener).hostname, customerSite.port)
  proxy.route(hosts.opener2, customerSite.port)
  proxy.answer(hosts.evil, answerAsEvil)
  proxy.listen(evidenceListener(new URL(origins.wizard).hostname))

  async function stop(): Promise<void> {
    await Promise.all([hostApp.stop(), provider.stop(), customerSite.close(), proxy.close()])
    rmSync(dataDir, { recursive: true, force: true })
  }

  try {
    await Promise.all([hostApp.start(), provider.start()])
  } catch (error) {
    await stop()
    throw error
  }
  async function endGrant(token: string): Promise<void> {
    const { ok, status } = await fetch(`http://127.0.0.1:${provider.port}/token/revocation`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${oauthClient.id}:${oauthClient.secret}`)}` },
      body: new URLSearchParams({ token }),
    })
    if (!ok) throw new Error(`The grant was not ended: ${status}.`)
  }

  return {
    proxy,
    customerSite,
    hostApp,
    provider,
    endGrant,
    api: connectApi(apiUrl, partner, `http://127.0.0.1:${customerSite.port}/webhook`),
    origins,
    readLogs: () => hostApp.readLog() + provider.readLog(),
    stop,
  }
}
