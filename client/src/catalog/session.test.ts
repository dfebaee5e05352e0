import { afterEach, describe, expect, it, vi } from 'vitest'
import { silence, serveAnswers } from '../directory-server.testing.ts'
import { connectionOf, startCatalog } from './catalog-server.testing.ts'
import { createCatalog } from './catalog.ts'

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  )

async function start() {
  const server = await startCatalog()
  server.connections.set('7', connectionOf('slack', '7'))
  const catalog = createCatalog({ host: server.url })
  const updates: boolean[] = []
  catalog.on('config:update', ({ isLoggedIn }) => updates.push(isLoggedIn))
  const tokensOf = (path: string) => server.asked.filter((one) => one.path === path).map(({ token }) => token)
  return { server, catalog, updates, tokensOf }
}

afterEach(() => void vi.useRealTimers())

describe('login', () => {
  it.each([
    ['a token', 'good'],
    ['a function', () => 'good'],
    ['an async function', async () => 'good'],
  ])('with %s', async (_, token) => {
    const { catalog, updates, tokensOf } = await start()
    expect(catalog.isLoggedIn()).toBe(false)
    await catalog.login(token)
    expect([catalog.isLoggedIn(), updates]).toEqual([true, [true]])
    expect((await catalog.listConnections()).map(({ id }) => id)).toEqual(['7'])
    expect(tokensOf('/connections')).toEqual(['good'])
  })

  it('with a token, and a function for the next one', async () => {
    const { server, catalog, tokensOf } = await start()
    await catalog.login('good', () => 'next')
    server.tokens.delete('good')
    server.tokens.add('next')
    await catalog.listConnections()
    await catalog.listConnections()
    expect(tokensOf('/connections')).toEqual(['good', 'next', 'next'])
  })

  it('counts for what is asked in the same tick', async () => {
    const { catalog, tokensOf } = await start()
    void catalog.login('good')
    await catalog.listConnectors()
    expect(tokensOf('/connectors')).toEqual(['good'])
  })

  it('with a dead token rejects, and nobody is logged in', async () => {
    const { catalog, updates } = await start()
    const error = await failure(catalog.login('dead'))
    expect(error).toMatchObject({ name: 'CatalogError', code: 'SessionEnded', status: 401, requestId: 'r-1' })
    expect([catalog.isLoggedIn(), updates]).toEqual([false, []])
    expect(await failure(catalog.listConnections())).toMatchObject({ code: 'NotLoggedIn' })
  })

  it.each([undefined, null, '', ' ', 7, {}, 'bob_cus_\u2026'])(
    'with what is no token rejects: %j',
    async (token) => {
      const { server, catalog } = await start()
      expect(await failure(catalog.login(token as string))).toBeInstanceOf(TypeError)
      expect(server.asked).toEqual([])
    },
  )

  it('anew ends nothing that is under way', async () => {
    const { server, catalog, updates } = await start()
    await catalog.login('good')
    const held = server.hold('/connections')
    const list = catalog.listConnections()
    await held.came
    server.tokens.add('other')
    await catalog.login('other')
    held.release()
    expect(await list).toHaveLength(1)
    expect(updates).toEqual([true])
  })

  it('that is overtaken by another one leaves that alone when it fails', async () => {
    const { catalog } = await start()
    const first = catalog.login('dead')
    const second = catalog.login('good')
    expect(await failure(first)).toMatchObject({ code: 'SessionEnded' })
    await second
    expect(catalog.isLoggedIn()).toBe(true)
  })
})

describe('a token that the host takes no more', () => {
  it('is replaced in silence, by one call for all that wait', async () => {
    const { server, catalog, updates, tokensOf } = await start()
    const given = ['good', 'next', 'third']
    const getToken = vi.fn<() => Promise<string>>(async () => given.shift() ?? '')
    await catalog.login(getToken)
    server.tokens.delete('good')
    server.tokens.add('next')
    const [connectors, connections, connection] = await Promise.all([
      catalog.listConnectors(),
      catalog.listConnections(),
      catalog.getConnection({ id: '7' }),
    ])
    expect([connectors.length, connections.length, connection.id]).toEqual([2, 1, '7'])
    expect(getToken).toHaveBeenCalledTimes(2)
    expect(tokensOf('/connectors')).toEqual(['good', 'next'])
    expect(updates).toEqual([true])
  })

  it('and by the same dead one again: one typed rejection each, no loop', async () => {
    const { server, catalog, updates } = await start()
    const getToken = vi.fn<() => string>(() => 'good')
    await catalog.login(getToken)
    server.tokens.clear()
    server.asked.length = 0
    expect(await failure(catalog.listConnectors())).toMatchObject({
      name: 'CatalogError',
      code: 'SessionEnded',
    })
    expect(server.asked).toHaveLength(2)
    expect(getToken).toHaveBeenCalledTimes(2)
    expect([catalog.isLoggedIn(), updates]).toEqual([false, [true, false]])
  })

  it('and the function throws: one typed rejection', async () => {
    const { server, catalog, updates } = await start()
    const cause = new Error('offline')
    const getToken = vi
      .fn<() => string>()
      .mockReturnValueOnce('good')
      .mockImplementation(() => {
        throw cause
      })
    await catalog.login(getToken)
    server.tokens.clear()
    server.asked.length = 0
    const errors = await Promise.all([failure(catalog.listConnectors()), failure(catalog.listConnections())])
    for (const error of errors) expect(error).toMatchObject({ code: 'TokenUnavailable', cause })
    expect(server.asked).toHaveLength(2)
    // Whoever is refused after the function has failed asks it once, too.
    expect(getToken.mock.calls.length).toBeLessThanOrEqual(1 + errors.length)
    expect(updates).toEqual([true, false])
  })

  it('and there is no function: the session has ended, until the next login', async () => {
    const { server, catalog, updates } = await start()
    await catalog.login('good')
    server.tokens.clear()
    // Not the list that everybody may see: it would say that nothing is connected.
    expect(await failure(catalog.listConnectors())).toMatchObject({ code: 'SessionEnded', status: 401 })
    expect(catalog.isLoggedIn()).toBe(false)
    server.tokens.add('new')
    await catalog.login('new')
    expect(await catalog.listConnectors()).toHaveLength(2)
    expect(updates).toEqual([true, false, true])
  })

  it('and the function is better later: the session goes on', async () => {
    const { server, catalog, updates } = await start()
    let token = 'good'
    await catalog.login(() => token)
    server.tokens.clear()
    expect(await failure(catalog.listConnectors())).toMatchObject({ code: 'SessionEnded' })
    server.tokens.add((token = 'later'))
    expect(await catalog.listConnectors()).toHaveLength(2)
    expect([catalog.isLoggedIn(), updates]).toEqual([true, [true, false, true]])
  })

  it('a function that never answers is waited for a minute', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      const stop = new AbortController()
      setTimeout(() => stop.abort(new DOMException('late', 'TimeoutError')), ms / 1_000)
      return stop.signal
    })
    const { catalog } = await start()
    expect(await failure(catalog.login(() => new Promise(() => {})))).toMatchObject({
      code: 'TokenUnavailable',
    })
    timeout.mockRestore()
  })
})

describe('logout', () => {
  it('during a call ends it, and its answer is told to nobody', async () => {
    const { server, catalog, updates } = await start()
    await catalog.login('good')
    const held = server.hold('/connections')
    const list = failure(catalog.listConnections())
    await held.came
    await catalog.logout()
    expect(await list).toMatchObject({ name: 'CatalogError', code: 'LoggedOut', status: 0 })
    held.release()
    expect([catalog.isLoggedIn(), updates]).toEqual([false, [true, false]])
    expect(await failure(catalog.listConnections())).toMatchObject({ code: 'NotLoggedIn' })
  })

  it('during a login ends that, and what comes later logs nobody in', async () => {
    const { catalog, updates } = await start()
    let give = (_token: string) => {}
    const login = failure(catalog.login(() => new Promise<string>((resolve) => (give = resolve))))
    await catalog.logout()
    give('good')
    expect(await login).toMatchObject({ code: 'LoggedOut' })
    expect([catalog.isLoggedIn(), updates]).toEqual([false, []])
  })

  it('twice, or before a login, does nothing', async () => {
    const { catalog, updates } = await start()
    await catalog.logout()
    await catalog.login('good')
    await catalog.logout()
    await catalog.logout()
    expect(updates).toEqual([true, false])
    await catalog.login('good')
    expect(catalog.isLoggedIn()).toBe(true)
  })
})

describe('without a login', () => {
  it('connectors are listed where the operator allows it', async () => {
    const { server, catalog, tokensOf } = await start()
    const connectors = await catalog.listConnectors()
    expect(connectors.map(({ slug, connection }) => [slug, connection])).toEqual([
      ['postgres', undefined],
      ['slack', undefined],
    ])
    expect((await catalog.getConnector('slack')).description).toBe('Slack at length.')
    expect(await catalog.getConnectionOrConnector('slack')).toEqual({ connector: server.connectors[1] })
    expect(tokensOf('/platform/connectors')).toEqual([''])
  })

  it('and not where not', async () => {
    const { server, catalog } = await start()
    server.isOpen = false
    expect(await failure(catalog.listConnectors())).toMatchObject({ code: 'NotLoggedIn', status: 401 })
  })

  it('the platform is told', async () => {
    const { catalog } = await start()
    expect((await catalog.getPlatform()).name).toBe('App')
  })

  it('nothing else is asked', async () => {
    const { server, catalog } = await start()
    const calls = [
      catalog.listConnections(),
      catalog.getConnection('slack'),
      catalog.getConnectionToken('slack'),
      catalog.removeConnection('slack'),
      catalog.connect('slack'),
      catalog.reconnect({ id: '7' }),
    ]
    for (const call of calls) expect(await failure(call)).toMatchObject({ code: 'NotLoggedIn' })
    expect(server.asked).toEqual([])
  })
})

it('two catalogs for two hosts know nothing of each other', async () => {
  const [one, two] = [await start(), await start()]
  two.server.connections.clear()
  await one.catalog.login('good')
  expect([one.catalog.isLoggedIn(), two.catalog.isLoggedIn()]).toEqual([true, false])
  await two.catalog.login('good')
  await two.catalog.logout()
  expect(await one.catalog.listConnections()).toHaveLength(1)
  expect(two.updates).toEqual([true, false])
  expect(one.updates).toEqual([true])
})

it('a signal ends a call with its own reason, whatever it waits for', async () => {
  const server = await serveAnswers(silence)
  const catalog = createCatalog({ host: server.url })
  const stop = new AbortController()
  const { signal } = stop
  void failure(catalog.login(() => new Promise(() => {})))
  const calls = [
    catalog.getPlatform({ signal }),
    catalog.listConnectors({ signal }),
    catalog.getConnector('slack', { signal }),
    catalog.listConnections('slack', { signal }),
    catalog.getConnection('slack', { signal }),
    catalog.getConnectionToken('slack', { signal }),
    catalog.removeConnection('slack', { signal }),
  ].map(failure)
  await server.came(1)
  const reason = new Error('enough')
  stop.abort(reason)
  for (const call of calls) expect(await call).toBe(reason)
  expect(await failure(catalog.listConnectors({ signal }))).toBe(reason)
  await catalog.logout()
})
