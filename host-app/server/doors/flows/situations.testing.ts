import { createdEphemeralToken } from '@bobbin/shared/session'
import { source } from '@bobbin/shared/source'
import type { FlowState } from '@bobbin/shared/flow'
import { checkFailure } from '../../nouns/checks/check-failure.ts'
import type { LeasedJob } from '../../nouns/checks/check-lease.ts'
import { table } from '../../testing/made-up-connector.testing.ts'
import { failCheck, succeedCheck } from '../../nouns/checks/end-check.ts'
import { shop } from '../../testing/shop.testing.ts'
import type { TestAccount } from '../../testing/app.testing.ts'
import { setGrantAside } from '../../nouns/credentials/grant-aside.ts'
import { beginDiscovery, foundStream, storeFound } from '../../nouns/streams/streams.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'
import { type as tripType, type ProviderWorld } from '../../testing/provider-flow.testing.ts'

/** For tests: a flow brought somewhere, in an account of its own, with what a request there needs to know. */
export interface Situation {
  readonly account: TestAccount
  readonly flow: TestFlow
  /** An ephemeral token that nobody has used. */
  readonly token: string
  /** What the link to the provider has with it, for a flow that may go there. */
  readonly ticket: string
  /** What goes along to the provider, for a flow that is there. */
  readonly state: string
  /** Another source that is connected with the account that the question is about. */
  readonly connectedId?: number
}

/** The document that the wizard's page of each flow has open. */
export const doc = 'd'.repeat(22)

export const claimOfShop = { function: 'addSource', type: shop.type, display: 'popup' } as const

/** Where a flow can be. No check runs by itself: each ends as the situation says. */
export function createSituations(world: ProviderWorld) {
  const { app, services, signUp } = world.test
  const { database, checks, oauth } = services
  const parts = { ...services, timings: services.config.timings }
  let accounts = 0

  async function unclaimed(): Promise<Situation> {
    const account = await signUp(`${(accounts += 1)}@acme.test`)
    await account.call('PUT', '/v4/account', { allowed_origins: [page] })
    const token = (await account.call('POST', '/v3/sessions/ephemeral', {})).as(createdEphemeralToken)
    const flow = createTestFlow(app, services)
    await flow.openPage()
    return { account, flow, token: token.ephemeral_token, ticket: '', state: '' }
  }

  async function claimed(options: Record<string, unknown> = claimOfShop): Promise<Situation> {
    const one = await unclaimed()
    await one.flow.claim(one.token, options)
    await database.write((tx) =>
      tx.db.updateTable('flow').set({ doc_id: doc }).where('id', '=', one.flow.id).execute(),
    )
    return one
  }

  async function atForm(options?: Record<string, unknown>): Promise<Situation> {
    const one = await claimed(options)
    await one.flow.call('reportProof', { origin: page })
    return one
  }

  async function atOAuth(): Promise<Situation> {
    const one = await atForm({ ...claimOfShop, type: tripType })
    const reply = await one.flow.call('saveForm', { display_name: 'CRM', properties: {} })
    return { ...one, ticket: reply.json<FlowState>().authorize_ticket ?? '' }
  }

  /** Authorized, and asked what to connect of the account. */
  async function atChoices(): Promise<Situation> {
    const one = await atForm({ ...claimOfShop, type: 'platform.test-choice' })
    await one.flow.call('saveForm', { display_name: 'Books', properties: {} })
    const place = { accountId: one.account.id, sourceId: await sourceOf(one.account) }
    const values = { access_token: 'of Anna' }
    const grant = { values, expiresAt: null, lifetime: null, externalAccount: 'Anna', oauthClientId: null }
    await database.write((tx) => oauth.keepGrant(tx, place, grant))
    return one
  }

  async function atProvider(): Promise<Situation> {
    const one = await atOAuth()
    return { ...one, state: await world.leave(one.flow) }
  }

  async function atQuestion(): Promise<Situation> {
    const one = await atOAuth()
    const place = { accountId: one.account.id, sourceId: await sourceOf(one.account) }
    const grantOf = (name: string) => ({
      values: { access_token: `of ${name}` },
      expiresAt: null,
      lifetime: null,
      externalAccount: name,
      oauthClientId: null,
    })
    await database.write(async (tx) => {
      await oauth.keepGrant(tx, place, grantOf('Anna'))
      await setGrantAside(services, tx, { ...place, flowId: one.flow.id }, grantOf('Bob'))
    })
    return one
  }

  /** Asked about an account that another source is connected with. */
  async function atSameAccount(): Promise<Situation> {
    const one = await atOAuth()
    const mine = { accountId: one.account.id, sourceId: await sourceOf(one.account) }
    const body = { type: tripType, display_name: 'The first CRM', properties: {} }
    const { id: connectedId } = (await one.account.call('POST', '/v4/sources', body)).as(source)
    const grant = {
      values: { access_token: 'of Anna' },
      expiresAt: null,
      lifetime: null,
      externalAccount: 'Anna',
      oauthClientId: null,
    }
    await database.write(async (tx) => {
      await oauth.keepGrant(tx, { ...mine, sourceId: connectedId }, grant)
      const again = { ...grant, values: { access_token: 'of Anna again' } }
      await setGrantAside(services, tx, { ...mine, flowId: one.flow.id }, again)
    })
    return { ...one, connectedId }
  }

  /** At the check of a source, with one that has ended. */
  async function atCheck(hasFailed: boolean): Promise<Situation> {
    const one = await atForm()
    await one.flow.call('saveForm', { display_name: shop.display_name, properties: shop.properties })
    const sourceId = await sourceOf(one.account)
    await database.write(async (tx) => {
      const lease = 'a lease'
      await tx.db
        .updateTable('check_job')
        .set({ status: 'running', lease, lease_until: services.now() + 60_000 })
        .where('name', '=', await checks.start(tx, one.account.id, sourceId))
        .execute()
      const running = await tx.db
        .selectFrom('check_job')
        .selectAll()
        .where('source_id', '=', sourceId)
        .executeTakeFirstOrThrow()
      const job: LeasedJob = { ...running, lease }
      if (hasFailed) return failCheck(parts, tx, job, checkFailure('CredentialsRejected'))
      const discovery = await beginDiscovery(tx.db, running.account_id, sourceId)
      const found = ['t1', 't2'].map((name) => foundStream(table(name)))
      const portion = await storeFound(tx, discovery, found)
      portion.keep()
      return succeedCheck(parts, tx, job, { discovery, externalAccount: null })
    })
    return one
  }

  async function atStreams(): Promise<Situation> {
    const one = await atCheck(false)
    await one.flow.call('finishCheck')
    return one
  }

  async function sourceOf(account: TestAccount): Promise<number> {
    return (await account.call('GET', '/v4/sources')).as(source.array())[0]?.id ?? 0
  }

  return {
    unclaimed,
    claimed,
    atForm: () => atForm(),
    atOAuth,
    atChoices,
    atProvider,
    atQuestion,
    atSameAccount,
    atFailedCheck: () => atCheck(true),
    atSucceededCheck: () => atCheck(false),
    atStreams,
  }
}
export type SituationName = keyof ReturnType<typeof createSituations>

/** All that the account has, and what was told; what differs from one run to the next by nature is left out. */
export async function whatIs(
  { test }: ProviderWorld,
  { account, flow }: Situation,
): Promise<Record<string, unknown>> {
  const { database, credentials, sources, streams } = test.services
  const mine = <Row>(query: { execute(): Promise<Row[]> }) => query.execute()
  const flowRow = await database.read
    .selectFrom('flow')
    .selectAll()
    .where('id', '=', flow.id)
    .executeTakeFirst()
  const all = await sources.list(account.id)
  const ids = all.map(({ id }) => id)
  const jobs = await mine(
    database.read.selectFrom('check_job').select('status').where('account_id', '=', account.id),
  )
  const aside = await mine(
    database.read.selectFrom('grant_aside').select('flow_id').where('account_id', '=', account.id),
  )
  const trips = await mine(
    database.read.selectFrom('oauth_transaction').selectAll().where('flow_id', '=', flow.id),
  )
  const told = await flow.relay()
  const feed = (await account.call('GET', '/v4/events')).body as { data: { type: string }[] }
  const state = (await flow.call('getState')).json<FlowState>()
  return {
    flow: flowRow && {
      status: flowRow.status,
      step: flowRow.step,
      reopened: flowRow.reopened,
      walked: flowRow.walked,
      edit: flowRow.edit,
      refusal: flowRow.refusal,
      rounds: flowRow.authorize_round,
      isProven: flowRow.proven_at !== null,
      isConsented: flowRow.consented_at !== null,
      isAway: flowRow.away_at !== null,
      isOfASource: ids.indexOf(flowRow.source_id ?? 0),
      showsACheck: flowRow.check_name !== null,
      outcome: (JSON.parse(flowRow.outcome ?? 'null') as { kind: string; reason?: string } | null)?.reason,
    },
    question: state.other_account ?? state.same_account,
    sources: await Promise.all(
      all.map(async (row) => {
        const { id } = row
        if (row.deleted_at !== null) return { display_name: row.display_name, isDeleted: true }
        const { display_name, settings_version, external_account, paused_at } = row
        const settings = await sources.settings(account.id, id)
        const opened = await credentials.open(account.id, id, 'oauth')
        // When the person consented is another moment in each order.
        const grant = opened && {
          ...opened,
          life: { ...opened.life, consentedAt: opened.life.consentedAt !== null },
        }
        const isPaused = paused_at !== null
        const selected = await streams.selection(account.id, id)
        return { display_name, settings, settings_version, external_account, isPaused, grant, selected }
      }),
    ),
    checks: jobs.map(({ status }) => status).toSorted(),
    aside: aside.length,
    trips: trips.length,
    told: told.map(({ type, data }) => [type, (data as { step?: string }).step]),
    feed: feed.data.map(({ type }) => type),
  }
}
