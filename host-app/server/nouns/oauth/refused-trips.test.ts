import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

let world: World
let provider: ScriptedProvider

beforeEach(async () => {
  world = await openWorld()
  provider = await startScriptedProvider()
  world.useProvider(plainProvider(provider.origin, { issuer: 'https://issuer.test' }))
})
afterEach(async () => {
  provider.close()
  await world.close()
})

async function trip(query: Record<string, string>) {
  const { stateHash } = await world.start()
  return await world.finish(stateHash, slug, query)
}
const lines = () =>
  world.logged.map((line) => JSON.parse(line) as { level: number; msg: string; said?: string; code?: string })
const settings = 'BOBBIN_OAUTH_TEST_CRM_CLIENT_ID and BOBBIN_OAUTH_TEST_CRM_CLIENT_SECRET'

describe('a trip that is refused has one line in the log, and says whose fault it is', () => {
  it.each<[Record<string, string>, string, number, string]>([
    [{ error: 'access_denied' }, 'denied', 30, 'declined'],
    [{ error: 'consent_required' }, 'denied', 30, 'declined'],
    [{ error: 'user_cancelled_login' }, 'denied', 30, 'declined'],
    [{ error: 'invalid_scope' }, 'misconfigured', 50, 'contacts.read deals.read'],
    [{ error: 'unauthorized_client' }, 'misconfigured', 50, settings],
    [{ error: 'redirect_uri_mismatch' }, 'misconfigured', 50, '/oauth/callback/test-crm'],
    [{ error: 'invalid_request: no such thing' }, 'misconfigured', 50, 'registration at the provider'],
    [{ error: 'Invalid Client' }, 'misconfigured', 50, settings],
    [{ error: 'org_internal' }, 'misconfigured', 50, 'its own organization'],
    [{ error: 'admin_policy_enforced' }, 'approval_needed', 40, 'administrator'],
    [{ error: 'server_error' }, 'provider_error', 40, 'refused the authorization'],
    [{ code: 'c', iss: 'https://evil.test' }, 'invalid', 50, 'refused for its issuer'],
    [{}, 'invalid', 40, 'neither a code nor an error'],
  ])('%j', async (query, reason, level, words) => {
    expect(await trip(query)).toMatchObject({ kind: 'refused', refusal: { reason } })
    expect(lines()).toHaveLength(1)
    expect(lines()[0]).toMatchObject({ level, slug })
    expect(lines()[0]?.msg).toContain(words)
  })

  it.each<[string, string, string]>([
    ['invalid_client', 'misconfigured', `${settings}, and clientAuthentication ("basic")`],
    ['unauthorized_client', 'misconfigured', settings],
    ['invalid_request', 'misconfigured', 'registration at the provider'],
    ['invalid_grant', 'provider_error', 'refused the code'],
  ])('the token endpoint says %s', async (error, reason, words) => {
    provider.answer = () => ({ status: 400, body: { error } })
    expect(await trip({ code: 'c' })).toMatchObject({ refusal: { reason, provider_code: error } })
    expect(lines()).toHaveLength(1)
    expect(lines()[0]?.msg).toContain(words)
  })

  it.each<[string, object | string, string, string]>([
    ['Basic realm="oauth"', '', 'misconfigured', 'invalid_client'],
    [
      'Basic realm="a, b", error="invalid_client", error_description="No such \\"app\\"."',
      '',
      'misconfigured',
      'invalid_client',
    ],
    ['Bearer error="unauthorized_client"', '<p>No.</p>', 'misconfigured', 'unauthorized_client'],
    ['Bearer error=invalid_grant', {}, 'provider_error', 'invalid_grant'],
    ['Basic realm="oauth"', { error: 'invalid_grant' }, 'provider_error', 'invalid_grant'],
  ])('the token endpoint says it in a header: %s, and %j', async (challenge, body, reason, code) => {
    provider.answer = () => ({ status: 401, headers: { 'www-authenticate': challenge }, body })
    expect(await trip({ code: 'c' })).toMatchObject({ refusal: { reason, provider_code: code } })
    expect(lines()).toHaveLength(1)
  })

  it('because we have no client there any more', async () => {
    const { stateHash } = await world.start()
    world.clients.clear()
    expect(await world.finish(stateHash, slug, { code: 'c' })).toMatchObject({
      refusal: { reason: 'misconfigured' },
    })
    expect(lines()).toHaveLength(1)
    expect(lines()[0]?.msg).toContain(settings)
  })

  it("with the provider's sentence, free of what is secret, and the vendor's own number for all", async () => {
    const description = `AADSTS50011: The redirect URI does not match; code c0de-99, anna@acme.test\u202e ${'x '.repeat(900)}`
    const query = { error: 'invalid_request', error_description: description, code: 'c0de-99' }
    expect(await trip(query)).toMatchObject({
      refusal: { reason: 'misconfigured', provider_code: 'invalid_request (AADSTS50011)' },
    })
    const [line] = lines()
    expect(line?.said).toMatch(/^AADSTS50011: The redirect URI does not match; code \*\*\*, \*\*\*/)
    expect(line?.said?.length).toBeLessThanOrEqual(300)
    expect(JSON.stringify(line)).not.toMatch(/c0de-99|acme|\u202e/)

    provider.answer = () => ({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'AADSTS7000215: Invalid client secret',
        error_codes: [7000215],
      },
    })
    expect(await trip({ code: 'c' })).toMatchObject({
      refusal: { reason: 'misconfigured', provider_code: 'invalid_client (AADSTS7000215)' },
    })
  })

  it('without a state, or after its time', async () => {
    const { stateHash, trip } = await world.start()
    await world.oauth.refusalWithoutState(trip, { error: 'access_denied', error_description: 'No.' })
    expect(lines()[0]).toMatchObject({ level: 40, said: 'No.', code: 'access_denied' })
    world.clock.offset = world.lifetime
    await world.finish(stateHash, slug, { code: 'c' })
    expect(lines()[1]?.msg).toContain('too late')
  })

  it('that nobody came back from: once, after its time, and it can still come to its end', async () => {
    const { stateHash } = await world.start()
    await trip({ error: 'access_denied' })
    world.logged.length = 0
    await world.oauth.tellMissed()
    expect(lines()).toEqual([])
    world.clock.offset = world.lifetime
    await world.oauth.tellMissed()
    await world.oauth.tellMissed()
    expect(lines()).toHaveLength(1)
    expect(lines()[0]?.msg).toContain('/oauth/callback/test-crm registered there')
    expect(await world.finish(stateHash, slug, { code: 'c' })).toMatchObject({
      refusal: { reason: 'expired' },
    })
  })
})
