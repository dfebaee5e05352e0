import { join } from 'node:path'
import type { Logger } from 'pino'
import { createRegistry, type Registry } from '../connectors/registry.ts'
import {
  type AccessTokens,
  type CustomerTokens,
  type EphemeralTokens,
  type PageSessions,
  type PartnerCodes,
  type PopupLogins,
  type TokenUses,
  createAccessTokens,
  createCustomerTokens,
  createEphemeralTokens,
  createPageSessions,
  createPartnerCodes,
  createPopupLogins,
  createTokenUses,
} from './nouns/tokens/tokens.ts'
import { createAccounts, type Accounts } from './nouns/accounts/accounts.ts'
import {
  type CheckRunner,
  type Checks,
  createAskConnector,
  createCheckRunner,
  createChecks,
  createRunCheck,
} from './nouns/checks/checks.ts'
import type { Config } from './config.ts'
import { createConnections, type Connections } from './nouns/connections/connections.ts'
import { createConnectorProcesses } from './edges/connector-process/connector-processes.ts'
import type { ConnectorRunner } from './edges/connector-process/connector-runner.ts'
import {
  type CredentialStore,
  type KeyRing,
  type KeyWatch,
  createCredentialStore,
  createKeyRing,
  createKeyWatch,
} from './nouns/credentials/credentials.ts'
import { sealedColumns } from './sealed-columns.ts'
import { type EventLog, countEvent, createEventLog } from './nouns/events/events.ts'
import {
  createIdempotentReplies,
  type IdempotentReplies,
} from './nouns/idempotent-replies/idempotent-replies.ts'
import { createMetrics, type Metrics } from './ground/metrics.ts'
import { type OAuthClients, createOAuthClients } from './nouns/oauth-clients/oauth-clients.ts'
import {
  type OAuth,
  type RenewalWorker,
  createFreshGrants,
  createGrants,
  createOfGrant,
  createOAuth,
  createProviders,
  createRenewableGrants,
  createRenewDue,
  createRenewalWorker,
  createTrips,
} from './nouns/oauth/oauth.ts'
import { createOutbound, type Outbound } from './edges/outbound/outbound.ts'
import {
  type RevocationWorker,
  createRevocationWorker,
  createAttemptRevocation,
  createRunRevocation,
} from './nouns/revocations/revocations.ts'
import {
  type ImportTokens,
  type Sources,
  createImportTokens,
  createSourceFacts,
  createSources,
  keepConfigured,
} from './nouns/sources/sources.ts'
import { type VendorOptions, createVendorOptions } from './nouns/vendor-options/vendor-options.ts'
import type { Database } from './store/database.ts'
import { withTaps } from './tap-files.ts'
import { makeDataFolder } from './store/data-folder.ts'
import { openSqlite } from './store/sqlite/sqlite.ts'
import { createStreams, selections, type Streams } from './nouns/streams/streams.ts'
import {
  type DeliveryWorker,
  type Webhooks,
  createDeliveryWorker,
  createRunDelivery,
  createSendDelivery,
  createWebhookSecrets,
  createWebhooks,
} from './nouns/webhooks/webhooks.ts'

/** The nouns that need no flow and no HTTP: all that the command line works with. */
export interface Core {
  readonly config: Config
  readonly metrics: Metrics
  readonly database: Database
  readonly events: EventLog
  readonly now: () => number
  readonly registry: Registry
  readonly keyRing: KeyRing
  readonly keyWatch: KeyWatch
  readonly credentials: CredentialStore
  readonly accounts: Accounts
  readonly accessTokens: AccessTokens
  readonly tokenUses: TokenUses
  readonly partnerCodes: PartnerCodes
  readonly idempotentReplies: IdempotentReplies
  readonly ephemeralTokens: EphemeralTokens
  readonly customerTokens: CustomerTokens
  readonly pageSessions: PageSessions
  readonly popupLogins: PopupLogins
  readonly sources: Sources
  readonly importTokens: ImportTokens
  readonly checks: Checks
  readonly connections: Connections
  readonly streams: Streams
  readonly oauth: OAuth
  readonly oauthClients: OAuthClients
  readonly renewalWorker: RenewalWorker
  readonly revocationWorker: RevocationWorker
  readonly connectorRunner: ConnectorRunner
  readonly vendorOptions: VendorOptions
  readonly checkRunner: CheckRunner
  readonly webhooks: Webhooks
  readonly deliveryWorker: DeliveryWorker
  readonly log: Logger
}

export interface CoreOptions {
  /** No other process can have work of this store in hand. False beside a running server. */
  readonly ownsStore?: boolean
  /** Tests have a store of their own. */
  readonly openStore?: typeof openSqlite
  /** Tests of something else run connectors without processes, or share these. */
  readonly startConnectors?: (
    config: Config,
    parts: { registry: Registry; outbound: Outbound },
  ) => ConnectorRunner
}

/** Joins those parts; `flow-parts.ts` joins the others. */
export async function createCore(
  config: Config,
  log: Logger,
  now: () => number = Date.now,
  { ownsStore = true, openStore = openSqlite, startConnectors = createConnectorProcesses }: CoreOptions = {},
): Promise<Core> {
  await makeDataFolder(config.dataDir)
  const metrics = createMetrics()
  const database = await openStore(join(config.dataDir, 'bobbin.sqlite'), ({ writes, seconds, waiting }) => {
    metrics.databaseCommit.observe(seconds)
    metrics.databaseWrites.inc(writes)
    metrics.databaseWaiting.set(waiting)
  })
  const offering = await withTaps(config)
  const registry = await createRegistry(offering)
  const outbound = createOutbound(config)
  const connectorRunner = startConnectors(offering, { registry, outbound })
  const events = createEventLog(database, now, (topic, type, data) => countEvent(metrics, topic, type, data))
  const keyWatch = await createKeyWatch({
    database,
    keyRing: createKeyRing(config.encryptionKeys),
    columns: sealedColumns,
    now,
  })
  const { keyRing } = keyWatch
  const credentials = createCredentialStore(database, keyRing, now)
  const tokenUses = createTokenUses({ database, now, log })
  const accessTokens = createAccessTokens({ database, uses: tokenUses, now })
  const accounts = createAccounts({
    database,
    accessTokens,
    partner: config.partner,
    partnerName: config.partnerName,
    supportUrl: config.supportUrl,
    now,
  })
  const partnerCodes = createPartnerCodes({
    database,
    accounts,
    accessTokens,
    tokenName: config.partnerName,
    now,
  })
  const idempotentReplies = createIdempotentReplies({ database, keyRing, now })
  const facts = createSourceFacts({ database, registry, credentials, selections })
  const sources = createSources({ database, registry, credentials, facts, selections, events, now })
  keepConfigured({ database, registry, credentials, facts, events, now })
  const importTokens = createImportTokens({ database, registry, now })
  const { url, timings, checks: slots } = config
  const base = { database, registry, credentials, keyRing, events, now, log }
  const oauthClients = createOAuthClients({ ...base, settings: config.oauthClients })
  const ephemeralTokens = createEphemeralTokens({
    database,
    lifetime: timings.ephemeralToken,
    now,
    keyRing,
    sources,
    registry,
    oauthClients,
  })
  const customerTokens = createCustomerTokens({ database, now })
  const pageSessions = createPageSessions({ database, now })
  const popupLogins = createPopupLogins({ database, now })
  const { lease, oauthTransaction } = timings
  const providers = createProviders({ ...base, url, clients: oauthClients, lease, outbound, metrics })
  const oauth = createOAuth({
    trips: createTrips({ ...base, providers, lifetime: oauthTransaction }),
    grants: createGrants(base),
    freshGrant: createFreshGrants({
      ...base,
      grants: createRenewableGrants(base),
      providers,
      outbound,
      lease,
    }),
    ofGrant: createOfGrant({ sources, connectorRunner, log }),
    ...base,
    providers,
  })
  const renewDue = createRenewDue({ ...base, freshGrant: oauth.freshGrant })
  const renewalWorker = createRenewalWorker({ renewDue, lease, log })
  const attempt = createAttemptRevocation({ ...base, providers, connectorRunner })
  const revocationWorker = createRevocationWorker({
    database,
    run: createRunRevocation({ ...base, attempt, metrics }),
    ownsStore,
    now,
    log,
  })
  const streams = createStreams({ database, registry, facts, events })
  const askConnector = createAskConnector({ database, credentials, oauth, connectorRunner, now, log })
  const runCheck = createRunCheck({ ...base, askConnector, timings })
  const checkRunner = createCheckRunner({ database, events, runCheck, lease, slots, ownsStore, now, log })
  const checks = createChecks({ database, registry, facts, events, checkRunner, now })
  const vendorOptions = createVendorOptions({ sources, registry, credentials, oauth, connectorRunner, log })
  const connections = createConnections({
    registry,
    sources,
    facts,
    checks,
    oauth,
    oauthClients,
  })
  const webhookSecrets = createWebhookSecrets(keyRing, now)
  const webhooks = createWebhooks({ database, events, secrets: webhookSecrets, config, now })
  const send = createSendDelivery({ outbound, now })
  const runDelivery = createRunDelivery({
    database,
    events,
    secrets: webhookSecrets,
    send,
    metrics,
    now,
    log,
  })
  const deliveryWorker = createDeliveryWorker({ database, events, runDelivery, ownsStore, now, log })
  return {
    config,
    metrics,
    database,
    events,
    now,
    registry,
    keyRing,
    keyWatch,
    credentials,
    accounts,
    accessTokens,
    tokenUses,
    partnerCodes,
    idempotentReplies,
    ephemeralTokens,
    customerTokens,
    pageSessions,
    popupLogins,
    sources,
    importTokens,
    checks,
    connections,
    streams,
    oauth,
    oauthClients,
    renewalWorker,
    revocationWorker,
    connectorRunner,
    vendorOptions,
    checkRunner,
    webhooks,
    deliveryWorker,
    log,
  }
}
