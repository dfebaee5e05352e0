import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomId } from '@bobbin/shared/random-id'
import { timings, type Timings } from '@bobbin/shared/timings'
import pino from 'pino'
import type { Connector } from '../../../connectors/connector.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import type { ScriptedProvider } from '../../testing/provider.testing.ts'
import { runInThisProcess } from '../../testing/in-process.testing.ts'
import { createCredentialStore } from '../credentials/credential-store.ts'
import { createKeyRing } from '../credentials/seal.ts'
import { createEventLog } from '../events/event-log.ts'
import { createOAuthClients } from '../oauth-clients/oauth-clients.ts'
import { createOutbound } from '../../edges/outbound/outbound.ts'
import { createMetrics } from '../../ground/metrics.ts'
import { keepConfigured } from '../sources/configured.ts'
import { createSourceFacts } from '../sources/source-facts.ts'
import { selections } from '../streams/streams.ts'
import type { Database } from '../../store/database.ts'
import { openTestStore } from '../../testing/store.testing.ts'
import { createFreshGrants } from './fresh-grant.ts'
import { createOfGrant } from './of-grant.ts'
import { createGrants } from './grants.ts'
import { createOAuth, type OAuth } from './oauth.ts'
import { createProviders } from './providers.ts'
import { createRenewableGrants } from './renewable-grants.ts'
import { createRenewDue } from './renew-due.ts'
import { createTrips } from './trips.ts'

export const slug = 'test-crm'
export const accountId = 7

export type World = Awaited<ReturnType<typeof openWorld>>

/** Where a world is kept, so that another process can open it too. */
export interface WorldPlace {
  folder: string
  /** The encryption key, base64. */
  key: string
  sourceId: number
}

/** For tests: authorization over a real store, with one connector and one source of it. */
export async function openWorld(
  options: {
    timings?: Partial<Timings>
    allowPrivateNetworks?: boolean
    hasClient?: boolean
    place?: WorldPlace
  } = {},
) {
  const folder = options.place?.folder ?? (await mkdtemp(join(tmpdir(), 'bobbin-oauth-')))
  const key = options.place ? Buffer.from(options.place.key, 'base64') : randomBytes(32)
  const database = await openTestStore(join(folder, 'test.db'))
  const logged: string[] = []
  const clock = { offset: 0 }
  const now = () => Date.now() + clock.offset
  const keyRing = createKeyRing([{ id: 'test', key }])
  const credentials = createCredentialStore(database, keyRing, now)
  const events = createEventLog(database, now)
  const shelf: { connector: Connector } = { connector: testConnector(null) }
  const outbound = createOutbound({ allowPrivateNetworks: options.allowPrivateNetworks ?? true })
  const url = 'http://localhost:4400'
  const { lease, oauthTransaction: lifetime } = { ...timings, ...options.timings }
  const clients = new Map(
    options.hasClient === false ? [] : [[slug, { id: 'client-1', secret: 's3cret &+' }]],
  )
  const registry = {
    find: (type: string) => (type === shelf.connector.info.type ? shelf.connector : null),
    findBySlug: (name: string) => (name === slug ? shelf.connector : null),
  }
  const connectorRunner = runInThisProcess({ find: () => shelf.connector }, outbound)
  const sources = { settings: () => Promise.resolve({ region: 'eu' }) }
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  const base = { database, events, credentials, keyRing, registry, now, log }
  const sourceId = options.place?.sourceId ?? (await insertSource(database, shelf.connector.info.type))

  const facts = createSourceFacts({ ...base, selections })
  keepConfigured({ ...base, facts })
  const oauthClients = createOAuthClients({ ...base, settings: clients })
  const openProviders = () =>
    createProviders({ url, clients: oauthClients, lease, outbound, metrics: createMetrics(), now, log })
  function openOAuth(): OAuth {
    const providers = openProviders()
    return createOAuth({
      ...base,
      providers,
      trips: createTrips({ ...base, providers, lifetime }),
      grants: createGrants(base),
      freshGrant: createFreshGrants({
        grants: createRenewableGrants(base),
        providers,
        outbound,
        lease,
        now,
        log,
      }),
      ofGrant: createOfGrant({ sources, connectorRunner, log }),
    })
  }
  const oauth = openOAuth()
  return {
    /** What the nouns above are made of. */
    base: { ...base, facts, selections, connectorRunner },
    providers: openProviders(),
    database,
    credentials,
    /** Our registrations at providers: in the operator's settings by connector, and as rows. */
    clients,
    oauthClients,
    url,
    /** How long a trip may take, in milliseconds. */
    lifetime,
    clock,
    logged,
    sourceId,
    place: { folder, key: key.toString('base64'), sourceId } satisfies WorldPlace,
    oauth,
    /** What another process would have: nothing in memory is shared. */
    anotherProcess: openOAuth,
    /** What renews grants that nobody asks for, as such a process has it. */
    renewDue: ({ freshGrant }: OAuth = oauth) => createRenewDue({ ...base, freshGrant }),
    /** Renews all that is due now. */
    async renewAllDue(process: OAuth = oauth) {
      const { prepare, claim, renew } = createRenewDue({ ...base, freshGrant: process.freshGrant })
      await prepare()
      for (let due = await claim(); due; due = await claim()) await renew(due)
    },
    useProvider(provider: OAuthProvider, more: Partial<Connector> = {}) {
      shelf.connector = { ...testConnector(provider), ...more }
    },
    useConnector(connector: Connector) {
      shelf.connector = connector
    },
    connector: () => shelf.connector,
    /** Begins a trip: where the browser is sent, and the state that it carries. */
    async start() {
      const { location } = await database.write((tx) =>
        oauth.start(tx, {
          flowId: 'flow-1',
          accountId,
          sourceId,
          oauthClientId: null,
          connector: shelf.connector,
        }),
      )
      const url = new URL(location)
      const found = await oauth.findTrip(url.searchParams.get('state') ?? '')
      if (!found) throw new Error('The trip was not stored.')
      return { url, stateHash: found.stateHash, trip: found }
    },
    /** A callback from its arrival to the write that stores its end, as a flow does it. */
    async finish(stateHash: string, name: string, query: Record<string, string>, process: OAuth = oauth) {
      const answer = await process.redeem(stateHash, name, query)
      if (answer.kind !== 'granted') return answer
      const end = await database.write(async (tx) => {
        await process.noteEnded(tx, stateHash)
        return process.keep(tx, answer, { isAdded: false })
      })
      return typeof end === 'string' ? { kind: end } : { kind: 'refused', refusal: end }
    },
    grant: () => credentials.open(accountId, sourceId, 'oauth'),
    /** Stores a grant as an earlier trip would have. */
    async haveGrant(values: Record<string, string>, lifetime: number | null) {
      const expiresAt = lifetime === null ? null : now() + lifetime
      await database.write((tx) =>
        credentials.save(tx, { accountId, sourceId, kind: 'oauth', values, expiresAt }),
      )
    },
    /** Connects another source of the account with what is this one's at the provider. */
    async connectAnother(externalAccount: string) {
      const place = {
        accountId,
        sourceId: await insertSource(database, shelf.connector.info.type, randomId()),
      }
      const grant = { values: { access_token: 'at-other' }, expiresAt: null, lifetime: null }
      await database.write((tx) =>
        oauth.keepGrant(tx, place, { ...grant, externalAccount, oauthClientId: null }),
      )
    },
    source: () =>
      database.read.selectFrom('source').selectAll().where('id', '=', sourceId).executeTakeFirstOrThrow(),
    feed: async () =>
      (await events.read(`account:${accountId}`, 0)).map(({ type, data }) => ({ type, data })),
    async close() {
      await database.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function insertSource(database: Database, type: string, name = 'crm'): Promise<number> {
  return database.write(async (tx) => {
    const { id } = await tx.db
      .insertInto('source')
      .values({
        account_id: accountId,
        type,
        display_name: 'CRM',
        name,
        properties: '{}',
        settings_version: 1,
        external_account: 'old name',
        check_job_name: null,
        paused_at: null,
        system_paused_at: null,
        deleted_at: null,
        created_at: 1,
        updated_at: 1,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    tx.touch({ accountId, sourceId: id })
    return id
  })
}

/** A provider without quirks at this origin. */
export function plainProvider(origin: string, more: Partial<OAuthProvider> = {}): OAuthProvider {
  return {
    issuer: null,
    sendsIssuer: false,
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    clientAuthentication: 'basic',
    scopes: ['contacts.read', 'deals.read'],
    ...more,
  }
}

/** A provider that ends the whole grant when a refresh token is used twice. */
export function rotating(): ScriptedProvider['answer'] {
  let current = 1
  let isAlive = true
  return async ({ parameters }) => {
    await new Promise((resolve) => setTimeout(resolve, 30))
    if (!isAlive || parameters['refresh_token'] !== `rt-${current}`) {
      isAlive = false
      return { status: 400, body: { error: 'invalid_grant' } }
    }
    current++
    return { body: { access_token: `at-${current}`, refresh_token: `rt-${current}`, expires_in: 3600 } }
  }
}

function testConnector(provider: OAuthProvider | null): Connector {
  return {
    info: {
      type: 'platform.test-crm',
      slug,
      name: 'Test CRM',
      category: 'CRM',
      logo: null,
      stage: 'released',
      auth_methods: [{ key: 'oauth', title: 'OAuth', type: 'OAUTH2', properties: [] }],
      description: 'A CRM for tests.',
      steps: ['form', 'oauth'],
      properties: [],
      authorization: { provider_name: 'Test CRM', scopes: [] },
      default_scheduling_interval: null,
      default_start_date: null,
    },
    ...(provider && { oauth: provider }),
  }
}
