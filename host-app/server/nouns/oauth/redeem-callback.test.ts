import { createHash } from 'node:crypto'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { createOutbound } from '../../edges/outbound/outbound.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

let world: World
let provider: ScriptedProvider

// The first request of a process loads what it is sent with: on a busy machine longer than a trip may take here.
beforeAll(async () => {
  const { origin, close } = await startScriptedProvider()
  await createOutbound({ allowPrivateNetworks: true }).fetch(origin)
  close()
})
beforeEach(async () => {
  world = await openWorld({ timings: { lease: 900 } })
  provider = await startScriptedProvider()
  world.useProvider(plainProvider(provider.origin))
})
afterEach(async () => {
  provider.close()
  await world.close()
})

const use = (more: Partial<OAuthProvider>) => world.useProvider(plainProvider(provider.origin, more))
const refused = (reason: string, code: string | null = null) => ({
  kind: 'refused',
  refusal: { reason, provider_code: code, message: expect.any(String) },
})
/** A whole trip, with this callback. */
async function trip(query: Record<string, string> = { code: 'code-1' }) {
  const { stateHash } = await world.start()
  return await world.finish(stateHash, slug, query)
}

describe('a callback', () => {
  it('exchanges the code with the verifier of the challenge', async () => {
    const { url, stateHash } = await world.start()
    expect(await world.finish(stateHash, slug, { code: 'code-1' })).toEqual({ kind: 'granted' })
    const [asked] = provider.asked
    expect(asked?.parameters).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: 'http://localhost:4400/oauth/callback/test-crm',
      code_verifier: expect.any(String),
    })
    const challenge = createHash('sha256')
      .update(asked?.parameters['code_verifier'] ?? '')
      .digest('base64url')
    expect(url.searchParams.get('code_challenge')).toBe(challenge)
  })

  it('authenticates by header, id and secret form-encoded, or in the body', async () => {
    await trip()
    expect(Buffer.from(provider.asked[0]?.authorization?.slice(6) ?? '', 'base64').toString()).toBe(
      'client-1:s3cret+%26%2B',
    )
    use({ clientAuthentication: 'post' })
    await trip()
    expect(provider.asked[1]?.authorization).toBeNull()
    expect(provider.asked[1]?.parameters).toMatchObject({ client_id: 'client-1', client_secret: 's3cret &+' })
  })

  it('stores credentials, a new settings version and an event together', async () => {
    provider.answer = () => ({
      body: { access_token: 'at', refresh_token: 'rt', scope: 'contacts.read', expires_in: '3600' },
    })
    const before = Date.now()
    expect(await trip()).toEqual({ kind: 'granted' })
    const grant = await world.grant()
    expect(grant).toMatchObject({
      values: { access_token: 'at', refresh_token: 'rt', token_type: 'Bearer', scope: 'contacts.read' },
      status: 'ok',
    })
    expect((grant?.expiresAt ?? 0) - before).toBeGreaterThanOrEqual(3_600_000)
    expect(await world.source()).toMatchObject({ settings_version: 2, external_account: null })
    expect(await world.feed()).toEqual([
      { type: 'source.authorized', data: { source_id: world.sourceId } },
      { type: 'source.configured', data: { source_id: world.sourceId } },
    ])
  })

  it.each<[string, Partial<OAuthProvider>, object | string, string, number]>([
    ['JSON as text/html', {}, { access_token: 'at' }, 'text/html', 200],
    ['status 201', {}, { access_token: 'at' }, 'application/json', 201],
    ['an urlencoded reply', { quirks: { replyFormat: 'form' } }, 'access_token=at', 'text/plain', 200],
    [
      'a nested token',
      { quirks: { tokenPath: ['user'], okFlag: true } },
      { ok: true, user: { access_token: 'at' } },
      'application/json',
      200,
    ],
    ['scopes as a list', {}, { access_token: 'at', scope: ['x'] }, 'application/json', 200],
  ])('takes %s', async (_name, more, body, contentType, status) => {
    use(more)
    provider.answer = () => ({ status, contentType, body })
    expect(await trip()).toEqual({ kind: 'granted' })
    expect((await world.grant())?.values['access_token']).toBe('at')
  })

  it('refuses a state that nobody sent', async () => {
    await world.start()
    expect(await world.finish('0'.repeat(64), slug, { code: 'c' })).toEqual(refused('invalid'))
  })

  it("refuses another connector's callback, and the trip is over", async () => {
    const { stateHash } = await world.start()
    expect(await world.finish(stateHash, 'other-crm', { code: 'c' })).toEqual(refused('invalid'))
    expect(await world.finish(stateHash, slug, { code: 'c' })).toEqual({ kind: 'taken' })
    expect(provider.asked).toHaveLength(0)
  })

  it('refuses a replayed state and leaves what the first one brought', async () => {
    const { stateHash } = await world.start()
    expect(await world.finish(stateHash, slug, { code: 'mine' })).toEqual({ kind: 'granted' })
    expect(await world.finish(stateHash, slug, { code: 'theirs' })).toEqual({ kind: 'taken' })
    expect(provider.asked.map(({ parameters }) => parameters['code'])).toEqual(['mine'])
    expect(await world.grant()).toMatchObject({ version: 1, status: 'ok' })
  })

  it('lets one of many callbacks at once through', async () => {
    const { stateHash } = await world.start()
    const ends = await Promise.all(
      Array.from({ length: 10 }, () => world.finish(stateHash, slug, { code: 'c' }, world.anotherProcess())),
    )
    expect(ends.filter(({ kind }) => kind === 'granted')).toHaveLength(1)
    expect(provider.asked).toHaveLength(1)
  })

  it('refuses an expired trip', async () => {
    const { stateHash } = await world.start()
    world.clock.offset = world.lifetime
    expect(await world.finish(stateHash, slug, { code: 'c' })).toEqual(refused('expired'))
  })

  it.each<[string, boolean, Record<string, string>, boolean]>([
    ['the right iss', true, { iss: 'https://issuer.test' }, true],
    ['a missing iss of a provider that does not promise one', false, {}, true],
    ['a missing iss of a provider that always sends it', true, {}, false],
    ['a wrong iss', false, { iss: 'https://evil.test' }, false],
    ['an iss with a slash more', false, { iss: 'https://issuer.test/' }, false],
    ['an empty iss', false, { iss: '' }, false],
  ])('checks the issuer: %s', async (_name, sendsIssuer, query, isGranted) => {
    use({ issuer: 'https://issuer.test', sendsIssuer })
    expect(await trip({ code: 'c', ...query })).toEqual(isGranted ? { kind: 'granted' } : refused('invalid'))
    expect(provider.asked).toHaveLength(isGranted ? 1 : 0)
  })

  it('checks the issuer of an error too', async () => {
    use({ issuer: 'https://issuer.test', sendsIssuer: true })
    expect(await trip({ error: 'access_denied', iss: 'https://evil.test' })).toEqual(refused('invalid'))
  })

  it('asks the token endpoint that was stored with the trip', async () => {
    const other = await startScriptedProvider()
    const { stateHash } = await world.start()
    world.useProvider(plainProvider(other.origin))
    expect(await world.finish(stateHash, slug, { code: 'c' })).toEqual({ kind: 'granted' })
    expect([provider.asked.length, other.asked.length]).toEqual([1, 0])
    other.close()
  })

  it('tells a refusal by the person from an error of the provider', async () => {
    expect(await trip({ error: 'access_denied', code: 'c' })).toEqual(refused('denied', 'access_denied'))
    expect(await trip({ error: 'server_error' })).toEqual(refused('provider_error', 'server_error'))
    expect(await trip({ error: '<script>' })).toEqual(refused('provider_error', null))
    expect(await trip({ error: '' })).toEqual(refused('provider_error', null))
    use({ quirks: { deniedCodes: ['user_cancelled_login'] } })
    expect(await trip({ error: 'user_cancelled_login' })).toEqual(refused('denied', 'user_cancelled_login'))
    expect(await world.grant()).toBeNull()
  })

  it('refuses a callback without a code', async () => {
    expect(await trip({})).toEqual(refused('invalid'))
    expect(await trip({ code: '' })).toEqual(refused('invalid'))
  })

  it('tells what the token endpoint refused: the person by code only, the operator in its words', async () => {
    provider.answer = ({ parameters }) => ({
      status: 400,
      body: {
        error: 'invalid_grant',
        error_description: `The code ${parameters['code']} was used by s3cret &+`,
      },
    })
    const end = await trip({ code: 'tok-code' })
    expect(end).toEqual(refused('provider_error', 'invalid_grant'))
    expect(JSON.stringify(end)).not.toContain('was used')
    expect(world.logged.join()).toContain('The code *** was used by ***')
  })

  it('says unreachable for a server error, a rate limit, silence and a cut connection', async () => {
    provider.answer = () => ({ status: 503, body: { error: 'invalid_grant' } })
    expect(await trip()).toEqual(refused('unreachable'))
    provider.answer = () => ({ status: 429, body: {} })
    expect(await trip()).toEqual(refused('unreachable'))
    provider.answer = () => 'cut'
    expect(await trip()).toEqual(refused('unreachable'))
    provider.answer = () => 'hang'
    expect(await trip()).toEqual(refused('unreachable'))
    world.useProvider(plainProvider('http://127.0.0.1:9'))
    expect(await trip()).toEqual(refused('unreachable'))
  })

  it('carries code and secret to no other place by a redirect', async () => {
    const elsewhere = await startScriptedProvider()
    provider.answer = () => ({ status: 307, headers: { location: `${elsewhere.origin}/token` }, body: '' })
    expect(await trip()).toEqual(refused('provider_error'))
    expect(elsewhere.asked).toHaveLength(0)
    elsewhere.close()
  })

  it('reads no endless reply', async () => {
    provider.answer = () => ({ body: JSON.stringify({ access_token: 'at', padding: 'x'.repeat(300_000) }) })
    expect(await trip()).toEqual(refused('provider_error'))
    expect(await world.grant()).toBeNull()
  })

  it('dials no private address unless the operator allows it', async () => {
    const strict = await openWorld({ allowPrivateNetworks: false })
    strict.useProvider(plainProvider(provider.origin))
    const { stateHash } = await strict.start()
    expect(await strict.finish(stateHash, slug, { code: 'c' })).toEqual(refused('unreachable'))
    expect(provider.asked).toHaveLength(0)
    expect(strict.logged.join()).toContain('AddressNotAllowed')
    await strict.close()
  })

  it('keeps nothing for a source that was deleted meanwhile', async () => {
    const { stateHash } = await world.start()
    await world.database.write((tx) => tx.db.updateTable('source').set({ deleted_at: 5 }).execute())
    expect(await world.finish(stateHash, slug, { code: 'c' })).toEqual(refused('interrupted'))
    expect(await world.grant()).toBeNull()
    expect(await world.feed()).toEqual([])
  })

  it('logs no token, code, secret or verifier', async () => {
    provider.answer = () => ({ body: { access_token: 'tok-a', refresh_token: 'tok-r', error: 'tok-e' } })
    await trip({ code: 'tok-code' })
    provider.answer = () => ({ status: 400, body: 'tok-body' })
    await trip({ code: 'tok-code' })
    const told = world.logged.join()
    expect(told).toContain('refused the code')
    for (const secret of ['tok-', 's3cret', provider.asked[0]?.parameters['code_verifier']]) {
      expect(told).not.toContain(secret)
    }
  })
})
