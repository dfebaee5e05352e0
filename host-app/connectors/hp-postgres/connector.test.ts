import { connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PostgresServer } from '../../../scripts/postgres-server.mjs'
import { runConnector } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'
import { listen, openPostgres, portOfServer, type PostgresScene } from './contract.testing.ts'
import { oddStreamIds } from './odd-database.testing.ts'

let scene: PostgresScene
beforeAll(async () => {
  scene = await openPostgres()
})
afterAll(() => scene?.close())

describe('a filter', () => {
  it('leaves schemas out, whatever else is in them', async () => {
    const run = await runConnector(
      hpPostgres,
      scene.odd({ filter_schemas: ' a-b,a ,hidden', filter_dbs: 'odd, shop' }),
    )
    expect(run.error).toBeNull()
    expect(run.streams.map(({ tap_stream_id: id }) => id)).toEqual(
      oddStreamIds.filter((id) => /^odd-"?a/.test(id)),
    )
    expect(run.lines.filter((line) => line.startsWith('Schema'))).toHaveLength(3)
  })

  it('is the tap’s, too', () => {
    const settings = { host: 'db', dbname: 'shop', filter_schemas: ' public , sales', filter_dbs: 'shop' }
    const config = hpPostgres.config?.({ settings, grant: null })
    expect(config).toMatchObject({ filter_schemas: 'public,sales', filter_dbs: 'shop' })
  })
})

describe('the session with PostgreSQL', () => {
  it('works with a certificate that is verified by name', async () => {
    const run = await runConnector(hpPostgres, scene.verified())
    expect(run).toMatchObject({ error: null, streams: [{ tap_stream_id: 'postgres-public-things' }] })
  })

  it('works with a certificate that is verified by address', async () => {
    expect((await runConnector(hpPostgres, scene.verified({ host: '127.0.0.1' }))).error).toBeNull()
  })

  it('ends at once when it is aborted while the server is silent', async () => {
    const reason = new Error('enough')
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 100)
    const startedAt = performance.now()
    const run = await runConnector(hpPostgres, scene.odd({ port: scene.portOf('silent') }), {
      signal: abort.signal,
    })
    expect(run.error).toBe(reason)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })

  it('ends at once when it is aborted while a query runs, and leaves no connection behind', async () => {
    const abort = new AbortController()
    const reason = new Error('enough')
    const proxy = await listen(proxyThatHangsAt('from pg_namespace', scene.plain, () => abort.abort(reason)))
    const run = await runConnector(hpPostgres, scene.odd({ port: portOfServer(proxy) }), {
      signal: abort.signal,
    })
    proxy.close()
    expect(run).toMatchObject({ error: reason, phases: ['connecting', 'signing_in', 'reading_schema'] })
    await expect.poll(() => connections(scene.plain)).toBe(0)
  })

  it('tells that the server has no free connection', async () => {
    await scene.plain.query(`alter role reader connection limit 0`)
    const run = await runConnector(hpPostgres, scene.odd())
    await scene.plain.query(`alter role reader connection limit -1`)
    expect(run.error).toMatchObject({ code: 'TooManyConnections' })
  })

  it('makes the config of a Singer tap', () => {
    const settings = { host: '[::1]', dbname: 'shop', user: 'reader', password: 'x', ssl: 'verify-full' }
    expect(hpPostgres.config?.({ settings, grant: null })).toEqual({
      host: '::1',
      port: '5432',
      dbname: 'shop',
      user: 'reader',
      password: 'x',
      ssl: 'true',
      sslmode: 'verify-full',
    })
  })
})

/** Passes everything on, until the client sends the text; from then on the server seems to think. */
function proxyThatHangsAt(text: string, server: PostgresServer, onHang: () => void): Server {
  return createServer((client) => {
    const upstream = connect(server.port, server.host)
    client.on('error', () => {}).on('close', () => upstream.destroy())
    upstream.on('error', () => {}).on('close', () => client.destroy())
    upstream.pipe(client)
    client.on('data', (bytes) => {
      if (bytes.includes(text)) {
        upstream.unpipe(client)
        setTimeout(onHang, 50)
      }
      upstream.write(bytes)
    })
  })
}

async function connections(server: PostgresServer): Promise<unknown> {
  const [row] = await server.query(
    `select count(*)::int as count from pg_stat_activity where application_name = 'Bobbin'`,
  )
  return row?.['count']
}
