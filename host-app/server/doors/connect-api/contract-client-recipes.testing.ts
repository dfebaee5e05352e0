import { shop } from '../../testing/shop.testing.ts'
import { ofOAuthClient, ownClient, send, withBody } from './contract-calls.testing.ts'
import type { Recipe } from './contract-page-recipes.testing.ts'

/** How the endpoints of an account's OAuth clients are called. */
export const clientRecipes: Readonly<Record<string, Recipe>> = {
  listOAuthClients: { good: async () => ({}) },
  createOAuthClient: {
    good: send({ ...ownClient, name: 'Acme at the CRM', is_default: true }),
    failing: {
      'a type that is not authorized': send({ ...ownClient, type: shop.type }),
      'no secret where one is needed': send({ ...ownClient, client_secret: undefined }),
      'one too many': async ({ account }) => {
        for (let number = 0; number < 50; number += 1)
          await account.call('POST', '/v4/oauth-clients', ownClient)
        return { body: ownClient }
      },
    },
  },
  getOAuthClient: { good: ofOAuthClient },
  updateOAuthClient: {
    good: withBody(ofOAuthClient, { client_secret: 'a new one', name: null, is_default: false }),
  },
  deleteOAuthClient: {
    good: ofOAuthClient,
    failing: {
      'one that a source depends on': async (setting) => {
        const call = await ofOAuthClient(setting)
        const payload = {
          type: ownClient.type,
          display_name: 'Own',
          oauth_client_id: call.params?.['id'],
        }
        await setting.account.call('POST', '/v4/sources', payload)
        return call
      },
    },
  },
}
