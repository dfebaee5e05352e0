import { createdAccessToken } from '@bobbin/shared/access-token'
import { randomId } from '@bobbin/shared/random-id'
import { dataUrl, testPng } from '../../testing/pictures.testing.ts'
import { createTestFlow } from '../../testing/flow.testing.ts'
import {
  type MakeCall,
  ofShop,
  ofEmptyShop,
  ofCheckedShop,
  ofNewCrm,
  ofChoice,
  ofCrm,
  ofNewChoice,
  ofFinishedCheck,
  ofImport,
  ofType,
  ofGoneType,
  ofUnreachableProvider,
  withBody,
  send,
  fromPage,
  hook,
  ofWebhook,
  ofDisabledWebhook,
  selectFirst,
  ephemeralToken,
  claimOf,
  claim,
  ofFlow,
  withKey,
} from './contract-calls.testing.ts'
import { clientRecipes } from './contract-client-recipes.testing.ts'
import { pageRecipes, type Recipe } from './contract-page-recipes.testing.ts'
import { partner, person } from '../../testing/app.testing.ts'
import { shop } from '../../testing/shop.testing.ts'

/** By a customer token, from where it does not count. */
const fromForeignPage: MakeCall = async (setting) => {
  const { headers } = await fromPage()(setting)
  return { params: { name: 'test-shop' }, headers: { ...headers, origin: 'https://evil.test' } }
}

export const recipes: Readonly<Record<string, Recipe>> = {
  createAccount: {
    good: async () => ({ body: { ...person, ...partner, email: `${randomId()}@acme.test` } }),
    failing: {
      'a wrong secret': send({ ...person, ...partner, partner_secret: 'wrong' }),
      'an email that is taken': async ({ test }) => {
        const email = `${randomId()}@acme.test`
        await test.signUp(email)
        return { body: { ...person, ...partner, email } }
      },
    },
  },
  getAccount: { good: async () => ({}) },
  updateAccount: {
    good: send({
      allowed_origins: ['https://app.example.com'],
      app_name: 'Acme Analytics',
      app_logo: dataUrl(testPng()),
      app_support: 'mailto:help@acme.example',
    }),
    failing: { 'a logo that is no picture': send({ app_logo: dataUrl(Buffer.from('logo')) }) },
  },
  createAccessToken: { good: send({ name: 'Reports' }) },
  listAccessTokens: { good: async () => ({}) },
  revokeAccessToken: {
    good: async ({ account }) => {
      const { id } = (await account.call('POST', '/v4/access-tokens')).as(createdAccessToken)
      return { params: { token_id: id } }
    },
    failing: {
      'the last one': async ({ account }) => {
        const [only] = (await account.call('GET', '/v4/access-tokens')).body as { id: string }[]
        return { params: { token_id: only?.id ?? '' } }
      },
    },
  },
  createEphemeralToken: {
    good: send({
      functions: ['addSource'],
      streams: { required: ['orders'], hidden: ['audit'] },
      properties: { host: { value: 'db.acme.test', locked: true }, password: { value: 'a', hidden: true } },
      expires_in: 60,
    }),
    failing: {
      'a type that is not there': send({ types: ['platform.nope'] }),
      'a source that is not there': send({ source_id: 999_999 }),
      'an OAuth client that is not there': send({ oauth_client_id: 'oac_nope' }),
      'a setting that is none': send({
        types: ['platform.hp-postgres'],
        properties: { nope: { value: 'a' } },
      }),
      'a schedule that is none': send({
        types: ['platform.hp-postgres'],
        properties: { cron_expression: { value: 'never' } },
      }),
    },
  },

  listSourceTypes: { good: async () => ({}) },
  getSourceType: { good: async () => ({ params: { type: shop.type } }) },

  listSources: {
    good: async (setting) => {
      await ofShop(setting)
      return { query: { page: '1' } }
    },
  },
  createSource: {
    good: send(shop),
    failing: {
      'an unknown type': send({ ...shop, type: 'platform.nope' }),
      'a type that is no longer offered': send({ type: 'platform.test-old', display_name: 'Old' }),
      'a name that is taken': async (setting) => {
        await ofShop(setting)
        return { body: shop }
      },
      'a name against the rules': send({ ...shop, display_name: '7 shops' }),
      'a name of nothing': send({ ...shop, display_name: '####' }),
      'an unknown setting': send({ ...shop, properties: { lunch: 'x' } }),
      'a schedule that is none': send({ ...shop, properties: { cron_expression: 'daily' } }),
      'a client that is not there': send({ ...shop, oauth_client_id: 'nope' }),
    },
  },
  getSource: { good: ofShop },
  updateSource: {
    good: withBody(ofShop, { display_name: 'Renamed' }),
    failing: {
      'a name of nothing': withBody(ofShop, { display_name: ' ' }),
      'an unknown setting': withBody(ofShop, { properties: { lunch: 'x' } }),
      'a schedule that is none': withBody(ofShop, { properties: { cron_expression: 'daily' } }),
      'a pause that is no time': withBody(ofShop, { paused_at: 'soon' }),
      'a type that is gone': withBody(ofGoneType, { properties: { tables: '4' } }),
      'a client that is not there': withBody(ofShop, { oauth_client_id: 'nope' }),
    },
  },
  cloneSource: {
    good: withBody(ofCheckedShop, { display_name: 'Clone', with_selection: true }),
    failing: {
      'a name that is taken': withBody(ofShop, { display_name: shop.display_name }),
      'a name against the rules': withBody(ofShop, { display_name: '7 shops' }),
      'a name of nothing': withBody(ofShop, { display_name: '####' }),
      'a type that is gone': ofGoneType,
      'a type that is no longer offered': ofType('platform.test-old'),
    },
  },
  deleteSource: { good: ofShop },

  findOptions: {
    good: ofChoice('tenant'),
    failing: {
      'a setting without choices': ofChoice('page_size'),
      'a source that nobody has authorized': ofNewChoice,
      'a vendor that does not tell them': ofChoice('tenant', { page_size: 'circle' }),
    },
  },

  createImportToken: {
    good: ofImport,
    failing: { 'a source that is read': ofShop },
  },
  listImportTokens: { good: ofImport },
  revokeImportToken: {
    good: async (setting) => {
      const { params } = await ofImport(setting)
      const created = await setting.account.call('POST', `/v4/sources/${params?.['id']}/tokens`)
      return { params: { ...params, token_id: (created.body as { id: number }).id } }
    },
  },

  startCheck: { good: ofShop, failing: { 'a source that is not complete': ofEmptyShop } },
  getLastCheck: { good: ofCheckedShop, failing: { 'a source that was never checked': ofEmptyShop } },
  listChecks: { good: ofCheckedShop },
  getCheck: { good: ofFinishedCheck },
  listCheckEvents: { good: ofFinishedCheck },
  followCheck: { good: ofFinishedCheck },

  listStreams: { good: async (setting) => ({ ...(await ofCheckedShop(setting)), query: { q: 'T' } }) },
  getStream: {
    good: async (setting) => {
      const { params } = await ofCheckedShop(setting)
      const list = await setting.account.call('GET', `/v4/sources/${params?.['id']}/streams`)
      const [first] = list.body as { stream_id: number }[]
      return { params: { ...params, stream_id: first?.stream_id ?? 0 } }
    },
  },
  updateMetadata: {
    good: withBody(ofCheckedShop, selectFirst),
    failing: {
      'a stream that is not there': withBody(ofCheckedShop, {
        streams: [{ ...selectFirst.streams[0], tap_stream_id: 'nope' }],
      }),
      'a source that has no streams yet': withBody(ofEmptyShop, selectFirst),
    },
  },
  selectMatching: {
    good: withBody(ofCheckedShop, { matching: [{ q: '', selected: true }] }),
    failing: {
      'a source that has no streams yet': withBody(ofEmptyShop, { matching: [{ q: '', selected: true }] }),
    },
  },
  getCatalog: { good: ofCheckedShop },
  getConfig: {
    good: ofShop,
    failing: {
      'a source that is not complete': ofEmptyShop,
      'a provider that does not answer': ofUnreachableProvider,
    },
  },
  updateConfig: {
    good: withBody(ofCrm, { access_token: 'renewed' }),
    failing: {
      'a setting that is not for a tap': withBody(ofCrm, { subdomain: 'other' }),
      'a source that nobody authorized': withBody(ofNewCrm, { access_token: 'renewed' }),
    },
  },

  listEvents: { good: async () => ({ query: { after: '0' } }) },

  listWebhooks: { good: async () => ({}) },
  createWebhook: {
    good: send(hook),
    failing: {
      'one too many': async ({ account }) => {
        for (let number = 0; number < 10; number += 1) await account.call('POST', '/v4/webhooks', hook)
        return { body: hook }
      },
      'an address with a password': send({ url: 'https://user:pass@hooks.example.com/' }),
    },
  },
  getWebhook: { good: ofWebhook },
  updateWebhook: { good: withBody(ofWebhook, { event_types: ['source.created'], enabled: true }) },
  deleteWebhook: { good: ofWebhook },
  testWebhook: { good: ofWebhook, failing: { 'one that is disabled': ofDisabledWebhook } },
  rotateWebhookSecret: { good: withBody(ofWebhook, { overlap_seconds: 60 }) },
  listWebhookDeliveries: {
    good: async (setting) => ({ ...(await ofWebhook(setting)), query: { status: 'pending' } }),
  },
  replayWebhook: {
    good: withBody(ofWebhook, { after_seq: 0, until_seq: 9 }),
    failing: { 'one that is disabled': withBody(ofDisabledWebhook, { after_seq: 0 }) },
  },

  claimFlow: {
    good: claim(),
    failing: {
      'an unknown type': claim({ type: 'platform.nope' }),
      'a type without an OAuth client': claim({ type: 'platform.harvest' }),
      'a source that is not there': claim({ function: 'editSource', type: undefined, id: 999_999 }),
      'no type': claim({ type: undefined }),
      'no token': async () => claimOf(undefined),
      'a forged token': async () => claimOf('bob_eph_nope'),
      'a token that has expired': async ({ account, test }) => {
        const token = await ephemeralToken(account)
        await test.services.database.write((tx) =>
          tx.db
            .updateTable('ephemeral_token')
            .set({ expires_at: 1 })
            .where('account_id', '=', account.id)
            .execute(),
        )
        return claimOf(token)
      },
      'a token for another page': claim({}, { allowed_origins: ['https://other.test'] }),
      'a token for another function': claim({}, { functions: ['editSource'] }),
      'a token that was used': async ({ account, test }) => {
        const token = await ephemeralToken(account)
        await createTestFlow(test.app, test.services).claim(token)
        return claimOf(token)
      },
    },
  },
  followFlow: { good: withKey({ after: 0, wait: 0 }) },
  followFlowAsBearer: { good: async (setting) => ({ ...(await ofFlow(setting)), query: { wait: '0' } }) },
  cancelFlow: { good: withKey({ reason: 'closed' }) },
  listConnectors: {
    good: async () => ({ query: { expand: 'schemas,integrations' } }),
    failing: { 'a page of another origin': fromForeignPage },
  },
  createCustomerToken: {
    good: async ({ account }) => ({ params: { id: account.id }, body: { validity_in_seconds: 60 } }),
  },
  getConnector: {
    good: async () => ({ params: { name: 'test-shop' }, query: { expand: 'schemas' } }),
    failing: { 'a page of another origin': fromForeignPage },
  },
  ...clientRecipes,
  ...pageRecipes,
}
