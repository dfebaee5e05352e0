import { fileURLToPath } from 'node:url'
import { randomId } from '@bobbin/shared/random-id'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { source } from '@bobbin/shared/source'
import { oauthClient } from '@bobbin/shared/oauth-client'
import { createdWebhook } from '@bobbin/shared/webhook'
import { createTestFlow, page } from '../../testing/flow.testing.ts'
import { changeSource } from '../../nouns/sources/source-row.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createEmptyShop, createShop, finishedCheck, shop } from '../../testing/shop.testing.ts'

/** One call of an endpoint. */
export interface Call {
  /** What stands in place of the path's parameters. */
  readonly params?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What a call needs is made in an account of its own. */
export interface Setting {
  readonly test: TestApp
  readonly account: TestAccount
}

export type MakeCall = (setting: Setting) => Promise<Call>

const connectorIn = (name: string) =>
  fileURLToPath(new URL(`../../testing/${name}.testing.ts`, import.meta.url))

/** A host with all that the recipes need: a provider that nobody answers for, and a type that is no longer offered. */
export function createContractApp(env: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const modules = ['shop-connector', 'old-connector', 'crm-connector', 'choice-connector']
  return createTestApp({
    BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
    BOBBIN_DEMO_CRM_URL: 'http://127.0.0.1:9',
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID: 'client',
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_SECRET: 'secret',
    BOBBIN_ANONYMOUS_CATALOG: 'true',
    BOBBIN_CONNECTORS: modules.map(connectorIn).join(),
    ...env,
  })
}

export const ofShop: MakeCall = async ({ account }) => ({ params: { id: (await createShop(account)).id } })
export const ofEmptyShop: MakeCall = async ({ account }) => ({
  params: { id: (await createEmptyShop(account)).id },
})
export const ofCheckedShop: MakeCall = async ({ account }) => {
  const { id } = await createShop(account)
  await finishedCheck(account, id)
  return { params: { id } }
}
export const ofNewCrm: MakeCall = async ({ account }) => {
  const payload = { type: 'platform.test-crm', display_name: 'CRM' }
  const { id } = (await account.call('POST', '/v4/sources', payload)).as(source)
  return { params: { id }, headers: { 'if-match': '*' } }
}
/** A setting of a source whose people choose of their account. */
export const ofNewChoice: MakeCall = async ({ account }) => {
  const payload = { type: 'platform.test-choice', display_name: 'Books', properties: {} }
  const { id } = (await account.call('POST', '/v4/sources', payload)).as(source)
  return { params: { id, property: 'tenant' } }
}
export const ofChoice =
  (property: string, properties: Readonly<Record<string, string>> = {}): MakeCall =>
  async (setting) => {
    const { params } = await ofNewChoice(setting)
    const { account, test } = setting
    await account.call('PUT', `/v4/sources/${params?.['id']}`, { properties })
    const place = { accountId: account.id, sourceId: Number(params?.['id']) }
    const grant = {
      values: { access_token: 'at-1' },
      expiresAt: null,
      lifetime: null,
      externalAccount: null,
      oauthClientId: null,
    }
    await test.services.database.write((tx) => test.services.oauth.keepGrant(tx, place, grant))
    return { params: { ...params, property } }
  }
export const ofCrm: MakeCall = async (setting) => {
  const call = await ofNewCrm(setting)
  const { database, credentials } = setting.test.services
  const grant = { kind: 'oauth', values: { access_token: 'granted' } } as const
  const sourceId = Number(call.params?.['id'])
  await database.write((tx) => credentials.save(tx, { ...grant, accountId: setting.account.id, sourceId }))
  return call
}
export const ofFinishedCheck: MakeCall = async ({ account }) => {
  const { id, check_job_name } = await createShop(account)
  await finishedCheck(account, id)
  return { params: { id, name: check_job_name } }
}
export const ofImport: MakeCall = async ({ account }) => {
  const payload = { type: 'import_api', display_name: 'Pushed' }
  return { params: { id: (await account.call('POST', '/v4/sources', payload)).as(source).id } }
}

/** A source whose type is now another. */
export const ofType =
  (type: string): MakeCall =>
  async ({ account, test }) => {
    const { id } = await createShop(account)
    await test.services.database.write((tx) => changeSource(tx, account.id, id).set({ type }).execute())
    return { params: { id } }
  }

/** A source whose type the operator has taken away. */
export const ofGoneType = ofType('platform.gone')

/** A source with a grant that has to be refreshed at a provider that does not answer. */
export const ofUnreachableProvider: MakeCall = async ({ account, test }) => {
  const payload = { type: 'platform.demo-crm', display_name: 'CRM', properties: { start_date: '2026-01-01' } }
  const { id } = (await account.call('POST', '/v4/sources', payload)).as(source)
  await test.services.database.write((tx) =>
    test.services.credentials.save(tx, {
      accountId: account.id,
      sourceId: id,
      kind: 'oauth',
      values: { access_token: 'old', refresh_token: 'refresh' },
      expiresAt: 1,
    }),
  )
  return { params: { id } }
}

/** What the account's own page brings: a customer token for its origin. */
export const ofPage: MakeCall = async ({ account, test }) => {
  const { database, customerTokens } = test.services
  const rights = { validity_in_seconds: 60, allowed_origins: [page] }
  const { token } = await database.write((tx) => customerTokens.create(tx, account.id, rights, null))
  return { headers: { authorization: `Bearer ${token}`, origin: page } }
}

/** The same call by a page. */
export const fromPage =
  (make: MakeCall = async () => ({})): MakeCall =>
  async (setting) => ({ ...(await make(setting)), ...(await ofPage(setting)) })

export const withBody =
  (make: MakeCall, body: unknown): MakeCall =>
  async (setting) => ({ ...(await make(setting)), body })

export const send =
  (body: unknown): MakeCall =>
  async () => ({ body })

/** Nobody answers there; most of these calls need nobody to. */
export const hook = { url: 'http://127.0.0.1:9/hook' }
export const ofWebhook: MakeCall = async ({ account }) => {
  const { id } = (await account.call('POST', '/v4/webhooks', hook)).as(createdWebhook)
  return { params: { id } }
}
export const ofDisabledWebhook: MakeCall = async (setting) => {
  const call = await ofWebhook(setting)
  await setting.account.call('PUT', `/v4/webhooks/${call.params?.['id']}`, { enabled: false })
  return call
}

export const ownClient = { type: 'platform.test-crm', client_id: 'acme', client_secret: 'of acme' }
export const ofOAuthClient: MakeCall = async ({ account }) => {
  const { id } = (await account.call('POST', '/v4/oauth-clients', ownClient)).as(oauthClient)
  return { params: { id } }
}

export const selectFirst = {
  streams: [{ tap_stream_id: 'shop-t1', metadata: [{ breadcrumb: [], metadata: { selected: true } }] }],
}

export async function ephemeralToken(account: TestAccount, scope: object = {}): Promise<string> {
  return (await account.call('POST', '/v3/sessions/ephemeral', scope)).as(createdEphemeralToken)
    .ephemeral_token
}

export const claimOf = (token: string | undefined, more: object = {}): Call => ({
  params: { id: randomId() },
  headers: { origin: page },
  body: {
    ephemeral_token: token,
    app_key: randomId(),
    function: 'addSource',
    type: shop.type,
    display: 'popup',
    ...more,
  },
})

export const claim =
  (more: object = {}, scope: object = {}): MakeCall =>
  async ({ account }) =>
    claimOf(await ephemeralToken(account, scope), more)

/** A claimed flow, as its page calls it. */
export const ofFlow: MakeCall = async ({ account, test }) => {
  const flow = createTestFlow(test.app, test.services)
  await flow.claim(await ephemeralToken(account))
  return { params: { id: flow.id }, headers: { authorization: `Bearer ${flow.key}` } }
}

/** The same, with its key where the page's client puts it. */
export const withKey =
  (body: object): MakeCall =>
  async (setting) => {
    const { params, headers } = await ofFlow(setting)
    return { params, body: { app_key: headers?.['authorization']?.slice('Bearer '.length), ...body } }
  }
