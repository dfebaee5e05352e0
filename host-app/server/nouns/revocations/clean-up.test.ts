import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Connector, ConnectorError } from '../../../connectors/connector.ts'
import { openProviderWorld } from '../../testing/provider-flow.testing.ts'
import { type ScriptedProvider, startScriptedProvider } from '../../testing/provider.testing.ts'
import { accountId, openRevocations, type RevocationWorld, revoking } from './revocations.testing.ts'

let world: RevocationWorld
let vendor: ScriptedProvider
/** What happened at the vendor, in order. */
let seen: string[]
/** The tokens that the vendor's API takes. */
let alive: Set<string>
beforeEach(async () => {
  seen = []
  alive = new Set(['at-1'])
  vendor = await startScriptedProvider()
  vendor.answer = ({ path, parameters }) => {
    seen.push(path === '/revoke' ? `revoked ${parameters['token']}` : path)
    if (path === '/revoke') return { body: '' }
    alive.add('at-2')
    return { body: { access_token: 'at-2', refresh_token: 'rt-2', expires_in: 3600 } }
  }
  world = await openRevocations()
  use()
})
afterEach(async () => {
  await world.close()
  vendor.close()
})

type CleanUp = NonNullable<Connector['beforeDisconnect']>

/** A vendor's API that is asked by this; by default it takes the tokens that are alive. */
function use(beforeDisconnect: CleanUp = takeDown, more: Parameters<typeof revoking>[2] = {}) {
  world.useProvider(revoking(vendor.origin, {}, more), {
    identify: () => Promise.resolve('anna'),
    beforeDisconnect,
  })
}

function takeDown({ grant }: Parameters<CleanUp>[0]): Promise<void> {
  const token = grant?.accessToken ?? ''
  if (!alive.has(token)) return Promise.reject(new ConnectorError('CredentialsRejected'))
  seen.push(`took down with ${token} of ${grant?.externalAccount}`)
  return Promise.resolve()
}

const tokens = { access_token: 'at-1', refresh_token: 'rt-1' }
const ofAnna = () =>
  world.database.write(async (tx) => {
    await tx.db
      .updateTable('source')
      .set({ external_account: 'anna' })
      .where('id', '=', world.sourceId)
      .execute()
    tx.touch({ accountId, sourceId: world.sourceId })
  })

/** Connected as anna, and deleted: at once, whatever the vendor does. */
async function removeWith(lifetime: number | null = null) {
  await ofAnna()
  await world.haveGrant(tokens, lifetime)
  await world.remove()
  expect(await world.grant()).toBeNull()
}
async function ended() {
  await expect.poll(() => world.rows()).toEqual([])
}
async function tried(attempts: number) {
  await expect.poll(() => world.rows()).toMatchObject([{ attempts, lease: null }])
}
async function told() {
  const events = (await world.told()) as { at_provider: string; clean_up?: string }[]
  return events.map((event) => [event.at_provider, event.clean_up])
}

describe('what a connector takes down at the vendor', () => {
  it('is gone before the grant is revoked, and the event says both', async () => {
    await removeWith()
    world.work()
    await ended()
    expect(seen).toEqual(['took down with at-1 of anna', 'revoked rt-1'])
    expect(await told()).toEqual([['revoked', 'done']])
  })

  it('is asked for with a token that lives: one whose time is over, or that is refused, is renewed', async () => {
    await removeWith(-1)
    world.work()
    await ended()
    expect(seen).toEqual(['/token', 'took down with at-2 of anna', 'revoked rt-2'])
    seen = []
    alive.clear()
    await world.addSource('anna').then((id) => world.remove(id))
    await ended()
    expect(seen).toEqual(['/token', 'took down with at-2 of anna', 'revoked rt-2'])
  })

  it('is left where nothing takes the grant any more: it is revoked all the same', async () => {
    alive.clear()
    const usual = vendor.answer
    vendor.answer = (asked) =>
      asked.path === '/token' ? { status: 400, body: { error: 'invalid_grant' } } : usual(asked)
    await removeWith()
    world.work()
    await ended()
    expect([seen, await told()]).toEqual([['revoked rt-1'], [['revoked', 'failed']]])
  })

  it('is tried three times where the vendor is down; then the grant is revoked, and the event says so', async () => {
    use(() => {
      seen.push('tried')
      return Promise.reject(new Error(`down, said with at-1`))
    })
    await removeWith()
    world.work()
    await tried(1)
    expect(seen).toEqual(['tried'])
    world.clock.offset += 60_000
    await tried(2)
    world.clock.offset += 60_000
    await ended()
    expect(seen).toEqual(['tried', 'tried', 'tried', 'revoked rt-1'])
    expect(await told()).toEqual([['revoked', 'failed']])
    const all = world.logged.join('\n') + JSON.stringify(await world.feed())
    for (const secret of ['at-1', 'rt-1', 's3cret']) expect(all).not.toContain(secret)
  })

  it('is taken down once, however often the revocation is tried', async () => {
    const usual = vendor.answer
    vendor.answer = (asked) => (asked.path === '/revoke' ? { status: 503, body: '' } : usual(asked))
    await removeWith()
    world.work()
    await tried(1)
    vendor.answer = usual
    world.clock.offset += 60_000
    await ended()
    expect(seen).toEqual(['took down with at-1 of anna', 'revoked rt-1'])
    expect(await told()).toEqual([['revoked', 'done']])
  })

  it('is taken down where the vendor has no way to revoke, too', async () => {
    use(takeDown, { revocation: undefined })
    await removeWith()
    world.work()
    await ended()
    expect([seen, await told()]).toEqual([['took down with at-1 of anna'], [['not_offered', 'done']]])
  })

  it('stays while another source is connected with the account, and goes with the last', async () => {
    await ofAnna()
    await world.haveGrant(tokens, null)
    const last = await world.addSource('anna')
    alive.add(`at of ${last}`)
    await world.remove()
    world.work()
    await ended()
    expect([seen, await told()]).toEqual([[], [['in_use', undefined]]])
    await world.remove(last)
    await ended()
    expect(seen).toEqual([`took down with at of ${last} of anna`, `revoked rt of ${last}`])
  })

  it('may take 15 seconds, and no stop waits for it', async () => {
    const { promise: isAsked, resolve } = Promise.withResolvers<void>()
    use(({ signal }) => {
      resolve()
      return new Promise((_done, fail) => signal.addEventListener('abort', () => fail(signal.reason)))
    })
    await removeWith()
    const worker = world.createWorker()
    worker.start()
    await isAsked
    await worker.stop()
    expect(await world.rows()).toMatchObject([{ attempts: 0, lease: null, clean_up: null }])
    world.work()
    await tried(1)
    expect(world.logged.join('\n')).toContain('TimeoutError')
  })
})

it('is done in a process of the connector, by the API of its vendor', async () => {
  const flows = await openProviderWorld()
  try {
    const { registry, revocationWorker } = flows.test.services
    const { origin } = flows.provider
    const connector = registry.find('platform.test-trip')
    if (!connector?.oauth) throw new Error('The connector of the test is not there.')
    Object.assign(connector, { oauth: { ...connector.oauth, revocation: { endpoint: `${origin}/revoke` } } })
    flows.provider.answer = () => ({
      body: { access_token: 'of Anna', refresh_token: 'refresh', hook: `${origin}/hooks/1` },
    })
    const flow = await flows.begin()
    await flows.callback(flow, { state: await flows.leave(flow), code: 'c' })
    const id = (await flows.test.services.sources.list(flows.account.id))[0]?.id ?? 0
    await flows.account.call('DELETE', `/v4/sources/${id}`)
    const asked = () => flows.provider.asked.slice(1).map(({ method, path }) => `${method} ${path}`)
    revocationWorker.start()
    await expect.poll(asked).toEqual(['DELETE /hooks/1', 'POST /revoke'])
    expect(flows.provider.asked[1]).toMatchObject({ authorization: 'Bearer of Anna' })
    await revocationWorker.stop()
  } finally {
    await flows.close()
  }
})
