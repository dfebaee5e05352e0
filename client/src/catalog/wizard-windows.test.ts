import { beforeEach, describe, expect, it, vi } from 'vitest'
import { result, settled, until, useFlowStandIns } from '../flow-stand-ins.testing.ts'
import { connectionOf, slack, startCatalog, type CatalogServer } from './catalog-server.testing.ts'
import { createCatalog } from './catalog.ts'
import type { Catalog, Connection, ConnectionToRepair } from './catalog-types.ts'

/** The wizard's windows and flows, against a host whose two doors the test directs. */
const at = useFlowStandIns()
let server: CatalogServer
let catalog: Catalog
let told: Connection[]

beforeEach(async () => {
  server = await startCatalog()
  catalog = createCatalog({ host: server.url, connect: at.connect })
  await catalog.login('good')
  told = []
  catalog.on('connection:enable', (connection) => told.push(connection))
})

/** The person comes to the end in the window: the source is made. */
function finish(id = '7'): void {
  server.connections.set(id, connectionOf('slack', id))
  at.host.tell('completed', { ...result, id: Number(id) })
}

describe('connect', () => {
  it('resolves with the connection as the host has it, and tells it', async () => {
    const promise = catalog.connect('slack')
    await at.claimed()
    finish()
    const connection = await promise
    expect([connection.id, connection.enabled, connection.authorization?.status]).toEqual([
      '7',
      true,
      'active',
    ])
    expect(connection.connector.slug).toBe('slack')
    expect(told).toEqual([connection])
  })

  it('awaits nothing before the window opens, with all that it needs still to come', async () => {
    // Nothing was listed, and the token for everything else is not there yet either.
    let give = (_token: string) => {}
    void settled(catalog.login(() => new Promise<string>((resolve) => (give = resolve))))
    server.asked.length = 0
    const promise = catalog.connect('slack')
    expect(at.page.windows.map(({ url }) => url.search)).toEqual(['?function=addSource&type=slack'])
    expect(server.asked).toEqual([])
    give('good')
    await at.claimed()
    expect(at.host.claims[0]?.body).toMatchObject({
      type: 'slack',
      ephemeral_token: 'for {"type":"slack"}',
    })
    finish()
    expect((await promise).id).toBe('7')
  })

  it.each([
    ['a connector', () => slack],
    ['the slug of one that was listed', () => 'slack'],
  ])('of %s opens with its type', async (_, wanted) => {
    await catalog.listConnectors()
    void settled(catalog.connect(wanted()))
    expect(at.page.windows[0]?.url.search).toBe('?function=addSource&type=platform.slack')
    await at.claimed()
  })

  it('takes default_streams, onEvent and a signal along', async () => {
    const onEvent = vi.fn<() => void>()
    const stop = new AbortController()
    const options = { default_streams: { deals: true }, onEvent, signal: stop.signal }
    const promise = settled(catalog.connect('slack', options))
    await at.claimed()
    expect(at.host.claims[0]?.body.default_streams).toEqual({ deals: true })
    expect(onEvent).toHaveBeenCalledWith(expect.objectContaining({ type: 'opened' }))
    stop.abort(new Error('enough'))
    expect(await promise).toBe(stop.signal.reason)
    await until(() => at.page.windows[0]?.closed === true)
    expect(await settled(catalog.connect('slack', options))).toBe(stop.signal.reason)
    expect(at.page.windows).toHaveLength(1)
  })

  it('twice is one window, one connection, told once', async () => {
    const both = [catalog.connect('slack'), catalog.addConnection('slack')]
    expect(at.page.windows).toHaveLength(1)
    await at.claimed()
    finish()
    const [first, second] = await Promise.all(both)
    expect(first).toBe(second)
    expect(told).toHaveLength(1)
  })

  it('that is refused at the flow rejects with its error, and nothing is told', async () => {
    const promise = settled(catalog.connect('slack'))
    await at.claimed()
    at.host.tell('failed', { code: 'AuthorizeFailure', message: '', data: { reason: 'denied' } })
    expect(await promise).toMatchObject({
      code: 'AuthorizeFailure',
      reason: 'denied',
      message: 'Error authorizing connection.',
    })
    expect(told).toEqual([])
  })

  it('an interruption can be gone on with, to the connection', async () => {
    const promise = settled(catalog.connect('slack'))
    await at.claimed()
    at.host.tell('here', { doc: 'd' })
    at.host.tell('gone', { reason: 'crashed', certainty: 'confirmed' })
    const error = await promise
    expect(error).toMatchObject({ code: 'AppClosedPrematurely' })
    const again = (error as { resume(): Promise<Connection> }).resume()
    expect(at.page.windows).toHaveLength(2)
    finish()
    expect((await again).connector.name).toBe('Slack')
    expect(told).toEqual([await again])
  })

  it('a window that was blocked opens in the next click', async () => {
    at.page.isBlocking = true
    const error = await settled(catalog.connect('slack'))
    expect(error).toMatchObject({ code: 'AppWindowBlocked' })
    at.page.isBlocking = false
    const again = (error as { retry(): Promise<Connection> }).retry()
    await at.claimed()
    finish()
    expect((await again).id).toBe('7')
  })

  it.each([undefined, null, 7, {}])('of nothing that there is rejects: %j', async (wanted) => {
    expect(await settled(catalog.connect(wanted as never))).toMatchObject({ code: 'InvalidOptions' })
    expect(at.page.windows).toEqual([])
  })
})

describe('a session that ends during connect', () => {
  it('is renewed in silence', async () => {
    let token = 'good'
    await catalog.login(() => token)
    const promise = catalog.connect('slack')
    server.tokens.clear()
    server.tokens.add((token = 'next'))
    await at.claimed()
    server.tokens.clear()
    server.tokens.add((token = 'third'))
    finish()
    expect((await promise).id).toBe('7')
  })

  it('or rejects as ended, with the window closed, before the flow began', async () => {
    server.tokens.clear()
    const error = await settled(catalog.connect('slack'))
    expect(error).toMatchObject({ name: 'CatalogError', code: 'SessionEnded' })
    await until(() => at.page.windows[0]?.closed === true)
    expect([catalog.isLoggedIn(), told]).toEqual([false, []])
  })

  it('or after it', async () => {
    const promise = settled(catalog.connect('slack'))
    await at.claimed()
    server.tokens.clear()
    finish()
    expect(await promise).toMatchObject({ code: 'SessionEnded' })
    expect(told).toEqual([])
  })

  it('what the door says of the connector comes through', async () => {
    server.answer('/sessions/ephemeral', 404, 'NotFound')
    expect(await settled(catalog.connect('slack'))).toMatchObject({ name: 'CatalogError', code: 'NotFound' })
  })

  it('logout closes the window', async () => {
    const promise = settled(catalog.connect('slack'))
    await at.claimed()
    await catalog.logout()
    expect(await promise).toMatchObject({ name: 'CatalogError', code: 'LoggedOut' })
    await until(() => at.page.windows[0]?.closed === true)
    await until(() => at.host.cancels.length === 1)
  })
})

describe('reconnect', () => {
  const problem = (action: 'edit' | 'reconnect' | 'wait') => ({ code: 'C', message: 'M', action })

  it.each<[string, Partial<ConnectionToRepair>, string]>([
    ['whose settings are wrong', { problem: problem('edit') }, 'editSource'],
    ['whose grant is gone', { problem: problem('reconnect') }, 'authorizeSource'],
    ['that passes, with a sign-in', { problem: problem('wait') }, 'authorizeSource'],
    [
      'that ends soon, granted to a client of the account’s own',
      {
        authorization: {
          ...connectionOf('slack', '7').authorization,
          ...{ reconnect_by: '2026-12-14T09:00:00.000Z', authorizer: { client_id: '' } },
        } as ConnectionToRepair['authorization'],
      },
      'authorizeSource',
    ],
    ['without a sign-in', { authorization: undefined }, 'editSource'],
    ['that stopped in the form', { step: 'form' }, 'editSource'],
    ['that stopped at its provider', { step: 'oauth' }, 'authorizeSource'],
    ['that stopped at the check', { step: 'discover_schema' }, 'displayDiscoveryOutputForSource'],
    ['that stopped at the selection', { step: 'field_selection' }, 'selectStreamsForSource'],
  ])('of one %s opens where it is mended, and keeps its id', async (_, changes, fn) => {
    const promise = catalog.reconnect({ ...connectionOf('slack', '7'), ...changes })
    expect(at.page.windows[0]?.url.search).toBe(`?function=${fn}`)
    await at.claimed()
    expect(at.host.claims[0]?.body).toMatchObject({ id: 7, ephemeral_token: 'for {"source_id":7}' })
    finish()
    const connection = await promise
    expect(connection.id).toBe('7')
    expect(told).toEqual([connection])
  })

  it('of one that is removed meanwhile rejects, and is not told as enabled', async () => {
    server.connections.set('7', connectionOf('slack', '7'))
    const promise = settled(catalog.reconnect(connectionOf('slack', '7')))
    await at.claimed()
    await catalog.removeConnection({ id: '7' })
    finish()
    expect(await promise).toMatchObject({ code: 'NotFound' })
    expect(told).toEqual([])
  })

  it.each([undefined, null, {}, { id: '0' }, { id: 'x' }, { connector: slack }])(
    'of nothing that there is rejects: %j',
    async (one) => {
      expect(await settled(catalog.reconnect(one as never))).toBeInstanceOf(Error)
      expect(at.page.windows).toEqual([])
    },
  )

  it('is what connect does for a connector that takes one connection and has it', async () => {
    const single = { ...slack, supports_multiple_connections: false }
    server.connectors.splice(0, 2, single)
    server.connections.set('7', connectionOf('slack', '7'))
    await catalog.listConnectors()
    void settled(catalog.connect('slack'))
    expect(at.page.windows[0]?.url.search).toBe('?function=authorizeSource')
    await at.claimed()
    // Once it is removed a new one is made.
    await catalog.removeConnection('slack')
    void settled(catalog.connect('slack'))
    expect(at.page.windows[1]?.url.search).toBe('?function=addSource&type=platform.slack')
    await until(() => at.host.claims.length === 2)
  })

  it('what was listed for somebody else does not count', async () => {
    server.connectors.splice(0, 2, { ...slack, supports_multiple_connections: false })
    for (const leave of [() => catalog.logout(), () => Promise.resolve()]) {
      server.connections.set('7', connectionOf('slack', '7'))
      await catalog.login('good')
      await catalog.listConnectors()
      server.connections.clear()
      await leave()
      await catalog.login('good')
      void settled(catalog.connect('slack'))
    }
    // The second is the same one, and comes to the front.
    expect(at.page.windows.map(({ url }) => url.search)).toEqual(['?function=addSource&type=slack'])
    await at.claimed()
  })

  it.each([
    ['repairs the connection of this id', '8', '?function=authorizeSource'],
    ['repairs by an id of which nothing is known', '9', '?function=editSource'],
    [
      'makes a new one for an id that a page made up',
      crypto.randomUUID(),
      '?function=addSource&type=platform.slack',
    ],
  ])('addConnection %s', async (_, id, search) => {
    for (const known of ['7', '8']) server.connections.set(known, connectionOf('slack', known))
    await catalog.listConnectors()
    void settled(catalog.addConnection('slack', id))
    expect(at.page.windows[0]?.url.search).toBe(search)
    await at.claimed()
  })
})

it('its windows are of its own host, where no functions are given', async () => {
  const alone = createCatalog({ host: server.url })
  await alone.login('good')
  const promise = settled(alone.connect('slack'))
  expect(at.page.windows[0]?.url.origin).toBe(server.url)
  await alone.logout()
  expect(await promise).toMatchObject({ code: 'LoggedOut' })
  await until(() => at.page.windows[0]?.closed === true)
})
