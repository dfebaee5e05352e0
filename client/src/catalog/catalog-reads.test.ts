import { describe, expect, it } from 'vitest'
import { serveAnswers } from '../directory-server.testing.ts'
import { connectionOf, startCatalog } from './catalog-server.testing.ts'
import { createCatalog } from './catalog.ts'
import type { Connection } from './catalog-types.ts'

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  )

/** A catalog of which somebody is logged in; with connections 7 and 8 of Slack. */
async function start() {
  const server = await startCatalog()
  for (const id of ['7', '8']) server.connections.set(id, connectionOf('slack', id))
  const catalog = createCatalog({ host: server.url })
  await catalog.login('good')
  const told: Connection[] = []
  catalog.on('connection:remove', (connection) => told.push(connection))
  return { server, catalog, told }
}

describe('reading', () => {
  it('connectors with their connections', async () => {
    const { catalog } = await start()
    const connectors = await catalog.listConnectors()
    expect(connectors.map(({ slug, connections }) => [slug, connections?.map(({ id }) => id)])).toEqual([
      ['postgres', undefined],
      ['slack', ['7', '8']],
    ])
    expect((await catalog.getConnector('slack')).connection?.id).toBe('7')
  })

  it('connections: all, of one connector, one by its slug or its id', async () => {
    const { server, catalog } = await start()
    server.connections.set('9', connectionOf('postgres', '9'))
    expect((await catalog.listConnections()).map(({ id }) => id)).toEqual(['7', '8', '9'])
    expect((await catalog.listConnections('postgres')).map(({ id }) => id)).toEqual(['9'])
    expect((await catalog.getConnection('slack')).id).toBe('7')
    expect((await catalog.getConnection({ slug: 'slack' })).id).toBe('7')
    expect((await catalog.getConnection({ id: '8' })).connector.name).toBe('Slack')
    expect(await failure(catalog.getConnection({ id: '10' }))).toMatchObject({
      code: 'NotFound',
      status: 404,
    })
  })

  it('a connection, or its connector with the details', async () => {
    const { catalog } = await start()
    const connection = await catalog.getConnectionOrConnector('slack')
    expect([connection.id, connection.enabled, connection.connector.about]).toEqual([
      '7',
      true,
      'What it asks for.',
    ])
    const shell = await catalog.getConnectionOrConnector('postgres')
    expect([shell.enabled, shell.connector.name]).toEqual([undefined, 'PostgreSQL'])
  })

  it('a token where the host hands it to pages, and null where not', async () => {
    const { server, catalog } = await start()
    expect(await catalog.getConnectionToken('slack')).toBeNull()
    expect(await catalog.getConnectionToken('postgres')).toBeNull()
    const connection = connectionOf('slack', '7')
    connection.authorization = { ...connection.authorization!, access_token: 'xoxb' }
    server.connections.set('7', connection)
    expect(await catalog.getConnectionToken({ slug: 'slack' })).toBe('xoxb')
    server.connections.set('7', { ...connection, enabled: false })
    expect(await catalog.getConnectionToken({ slug: 'slack' })).toBeNull()
    server.answer('/connections/slack', 403, 'OriginNotAllowed')
    expect(await failure(catalog.getConnectionToken('slack'))).toMatchObject({ code: 'OriginNotAllowed' })
  })

  it.each(['', '.', '..', undefined, 7, null])('no other address than was meant: %j', async (slug) => {
    const { server, catalog } = await start()
    server.asked.length = 0
    expect(await failure(catalog.getConnector(slug as string))).toBeInstanceOf(TypeError)
    expect(await failure(catalog.getConnection({ id: slug as string }))).toBeInstanceOf(TypeError)
    expect(await failure(catalog.removeConnection({ slug: slug as string }))).toBeInstanceOf(TypeError)
    expect(server.asked).toEqual([])
    expect(await failure(catalog.getConnector('a/../b?c#d'))).toMatchObject({ code: 'NotFound' })
    expect(server.asked[0]?.path).toBe('/connectors/a%2F..%2Fb%3Fc%23d')
  })

  it.each([{}, { connectors: {} }, { connectors: null }, [], 'a page'])(
    'what is no catalog’s answer is an error, not a list: %j',
    async (body) => {
      const server = await serveAnswers({ body })
      const catalog = createCatalog({ host: server.url })
      expect(await failure(catalog.listConnectors())).toMatchObject({ code: 'UnexpectedReply', status: 200 })
      expect(await failure(catalog.getPlatform())).toMatchObject({ code: 'UnexpectedReply' })
    },
  )
})

describe('removing', () => {
  it.each([
    ['a slug', 'slack', '7'],
    ['an object with a slug', { slug: 'slack' }, '7'],
    ['an id', { id: '8' }, '8'],
  ])('by %s: the connection goes, and that is told', async (_, query, id) => {
    const { server, catalog, told } = await start()
    const gone = await catalog.removeConnection(query)
    expect([gone.id, gone.enabled, gone.connector.slug]).toEqual([id, false, 'slack'])
    expect(told).toEqual([gone])
    expect(server.connections.has(id)).toBe(false)
  })

  it('of a connector is the same', async () => {
    const { server, catalog } = await start()
    const [, connector] = await catalog.listConnectors()
    await catalog.disconnect(connector!)
    await catalog.disconnect(await catalog.getConnection({ id: '8' }))
    expect(server.connections.size).toBe(0)
  })

  it('what is gone already is told by an error, and as no event', async () => {
    const { catalog, told } = await start()
    expect(await failure(catalog.removeConnection({ id: '10' }))).toMatchObject({ code: 'NotFound' })
    expect(told).toEqual([])
  })

  it('is asked once: of two, a second try would remove the other', async () => {
    const { server, catalog } = await start()
    server.answer('/connections/slack', 502, 'Unavailable')
    expect(await failure(catalog.removeConnection('slack'))).toMatchObject({ status: 502 })
    expect(server.connections.size).toBe(2)
  })

  it('answers that were on their way bring nothing back', async () => {
    const { server, catalog } = await start()
    const paths = ['/connectors', '/connectors/slack', '/connections', '/connection/7', '/connections/slack']
    const held = paths.map((path) => server.hold(path))
    const list = catalog.listConnectors()
    const connector = catalog.getConnector('slack')
    const connections = catalog.listConnections()
    const byId = failure(catalog.getConnection({ id: '7' }))
    const bySlug = failure(catalog.getConnection('slack'))
    await Promise.all(held.map(({ came }) => came))
    await catalog.removeConnection({ id: '7' })
    for (const { release } of held) release()

    const [, slack] = await list
    expect([slack?.connection?.id, slack?.connections?.length]).toEqual(['8', 1])
    expect((await connector).connection?.id).toBe('8')
    const left = await connections
    expect(left.map(({ id }) => id)).toEqual(['8'])
    expect(left[0]?.connector.connections?.map(({ id }) => id)).toEqual(['8'])
    for (const error of [await byId, await bySlug])
      expect(error).toMatchObject({ name: 'CatalogError', code: 'NotFound', status: 404 })
  })

  it('of those that are left the newest that works speaks for the connector, or else the newest', async () => {
    const { server, catalog } = await start()
    for (const [id, status] of [
      ['9', 'active'],
      ['10', 'error'],
    ] as const)
      server.connections.set(id, connectionOf('slack', id, { status }))
    const leftAfter = async (id: string) => {
      const held = server.hold('/connectors/slack')
      const stale = catalog.getConnector('slack')
      await held.came
      await catalog.removeConnection({ id })
      held.release()
      return (await stale).connection?.id
    }
    expect(await leftAfter('7')).toBe('9')
    expect(await leftAfter('8')).toBe('9')
    expect(await leftAfter('9')).toBe('10')
    expect(await leftAfter('10')).toBeUndefined()
  })

  it('nor of the last one', async () => {
    const { server, catalog } = await start()
    server.connections.delete('8')
    const held = server.hold('/connectors/slack')
    const stale = catalog.getConnectionOrConnector('slack')
    await held.came
    const gone = await catalog.removeConnection('slack')
    held.release()
    expect((await stale).enabled).toBeUndefined()
    expect((await stale).connector.connection).toBeUndefined()
    expect(gone.connector.connection).toBeUndefined()
  })
})

describe('the host', () => {
  it('is said as xkit says it', async () => {
    const catalog = createCatalog({ host: 'https://connect.example.com:8443/' })
    expect([catalog.domain, catalog.url]).toEqual([
      'connect.example.com:8443',
      'https://connect.example.com:8443',
    ])
  })

  it.each([undefined, {}, { host: '' }, { host: 'nowhere' }])('is needed: %j', (options) => {
    expect(() => createCatalog(options)).toThrow(/^host: /)
  })
})
