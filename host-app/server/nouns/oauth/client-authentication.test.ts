import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { accountId, openWorld, slug, type World } from './oauth-world.testing.ts'
import { type RealProvider, startRealProvider } from './real-provider.testing.ts'

/* Who we are, at a whole OAuth server that is strict about it. */

let world: World
let provider: RealProvider
beforeEach(async () => {
  world = await openWorld()
})
afterEach(async () => {
  provider.close()
  await world.close()
})

type Way = OAuthProvider['clientAuthentication']

async function walk(way: Way, registration: Parameters<typeof startRealProvider>[1], secret: string) {
  provider = await startRealProvider(world.url, registration)
  provider.allow('anna')
  world.clients.set(slug, { id: 'client-1', secret })
  world.useProvider({ ...provider.record, clientAuthentication: way })
  const { url, stateHash } = await world.start()
  return await world.finish(stateHash, slug, await provider.browse(url))
}

describe('by a signature', () => {
  it.each([
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256'],
    ['RSA, PSS', generateKeyPairSync('rsa', { modulusLength: 2048 }), 'PS256'],
    ['EC', generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256'],
    ['Ed25519', generateKeyPairSync('ed25519'), 'Ed25519'],
  ])('with a key of %s is granted, and renewed', async (_name, { publicKey, privateKey }, alg) => {
    const named = { kid: 'ours', alg }
    const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), ...named } as JsonWebKey] }
    const secret = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), ...named })
    const end = await walk('private_key_jwt', { token_endpoint_auth_method: 'private_key_jwt', jwks }, secret)
    expect(end).toEqual({ kind: 'granted' })
    // Its tokens live too short to be handed out twice.
    expect(await world.oauth.accessToken(accountId, world.sourceId)).not.toBeNull()
  })

  it.each([
    ['a plain secret', 'hunter2-hunter2'],
    ['a public key', JSON.stringify(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }))],
    ['a broken key', '{"kty":"RSA","d":"hunter2-hunter2"}'],
  ])('with %s is the operator’s to mend, and nothing of it is told', async (_name, secret) => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const jwks = { keys: [publicKey.export({ format: 'jwk' }) as JsonWebKey] }
    const end = await walk('private_key_jwt', { token_endpoint_auth_method: 'private_key_jwt', jwks }, secret)
    expect(end).toMatchObject({ refusal: { reason: 'misconfigured' } })
    expect(world.logged.join()).toContain('has to be a private key')
    expect(world.logged.join()).not.toContain('hunter2')
  })
})

it('by our id alone, where the provider gave us no secret', async () => {
  expect(await walk('none', { token_endpoint_auth_method: 'none' }, '')).toEqual({ kind: 'granted' })
  expect(await world.oauth.accessToken(accountId, world.sourceId)).not.toBeNull()
})
