import { fileURLToPath } from 'node:url'
import { openProviderWorld, type ProviderWorld } from './provider-flow.testing.ts'

/** For tests: the type whose people choose, of their account and in its form. */
export const choiceType = 'platform.test-choice'

/** For tests: a provider's world with that type in it, which is granted at the world's own provider. */
export async function openChoiceWorld(): Promise<ProviderWorld> {
  const world = await openProviderWorld({
    BOBBIN_CONNECTORS: ['trip', 'choice']
      .map((name) => fileURLToPath(new URL(`./${name}-connector.testing.ts`, import.meta.url)))
      .join(','),
    BOBBIN_OAUTH_TEST_CHOICE_CLIENT_ID: 'client-1',
    BOBBIN_OAUTH_TEST_CHOICE_CLIENT_SECRET: 'a client secret',
  })
  const connector = world.test.services.registry.find(choiceType)
  const tokenEndpoint = `${world.provider.origin}/token`
  if (connector?.oauth) Object.assign(connector, { oauth: { ...connector.oauth, tokenEndpoint } })
  return world
}
