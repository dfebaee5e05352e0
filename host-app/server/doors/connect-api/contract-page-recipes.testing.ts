import { page } from '../../testing/flow.testing.ts'
import { type MakeCall, fromPage, ofShop, send } from './contract-calls.testing.ts'

/** How an endpoint is called well, and how it fails in the ways that are its own. */
export interface Recipe {
  readonly good: MakeCall
  /** By a word for the fault. What comes with caller and input is made for every endpoint by the test. */
  readonly failing?: Readonly<Record<string, MakeCall>>
}

const shopSlug: MakeCall = async (setting) => {
  await ofShop(setting)
  return { params: { slug: 'test-shop' } }
}

/** Of what pages call. */
export const pageRecipes: Readonly<Record<string, Recipe>> = {
  openSession: { good: fromPage() },
  endSession: {
    good: async (setting) => {
      const { headers } = await fromPage()(setting)
      const url = '/api/platform_user/sessions'
      const reply = await setting.test.app.inject({ method: 'POST', url, headers: headers ?? {} })
      const [cookie = ''] = String(reply.headers['set-cookie']).split(';')
      return { headers: { origin: headers?.['origin'] ?? '', cookie } }
    },
    failing: { 'from no page': async () => ({}) },
  },
  renewSessionToken: { good: fromPage() },
  createSessionEphemeral: {
    good: fromPage(send({ type: 'test-shop' })),
    failing: {
      'a type that is not there': fromPage(send({ type: 'platform.nope' })),
      'a source that is not there': fromPage(send({ source_id: 999_999 })),
    },
  },
  createOneTimeToken: { good: fromPage() },
  createConnection: {
    good: fromPage(async () => ({ params: { slug: 'test-shop' }, body: {} })),
    failing: {
      'a connector that is not there': fromPage(async () => ({ params: { slug: 'nope' }, body: {} })),
      'a connection that is not there': fromPage(async () => ({
        params: { slug: 'test-shop' },
        body: { id: '999999' },
      })),
    },
  },
  getAuthorization: {
    good: fromPage(async ({ account, test }) => {
      const about = { type: 'platform.test-shop', sourceId: null, origin: page, madeBy: null }
      const { database, flows } = test.services
      const { id } = await database.write((tx) => flows.authorizations.create(tx, account.id, about))
      return { params: { slug: 'test-shop', id } }
    }),
  },
  getSession: { good: fromPage() },
  getPlatform: { good: async () => ({}) },
  listPlatformConnectors: { good: async () => ({}) },
  getPlatformConnector: { good: async () => ({ params: { slug: 'test-shop' } }) },
  listCatalogConnectors: { good: fromPage(ofShop) },
  getCatalogConnector: { good: fromPage(shopSlug) },
  listConnections: {
    good: fromPage(async (setting) => ({ ...(await ofShop(setting)), query: { slug: 'test-shop' } })),
  },
  findConnection: { good: fromPage(shopSlug) },
  getConnection: { good: fromPage(ofShop) },
  removeConnectionOf: { good: fromPage(shopSlug) },
  removeConnection: { good: fromPage(ofShop) },
}
