import { errorEnvelope } from '@bobbin/shared/api/endpoint'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from './testing/app.testing.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

/** Every path that Fastify knows, with something in place of its parameters. */
function allPaths(): string[] {
  const paths = new Set<string>(['/', '/nowhere', '/%zz', '/client/', '/client/../package.json'])
  test.app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .reduce<string[]>((parents, line) => {
      const match = /^(?<indent>[│ ]*)(?:├──|└──) (?<path>\S+)/u.exec(line)
      if (!match?.groups) return parents
      const depth = (match.groups['indent'] ?? '').length / 4
      const path = (parents[depth - 1] ?? '') + (match.groups['path'] ?? '')
      paths.add(path.replaceAll(/:[a-z_]+/gi, '7').replaceAll('*', 'x'))
      return [...parents.slice(0, depth), path]
    }, [])
  return [...paths]
}

it('every reply of every path and method carries the opener policy', async () => {
  const paths = allPaths()
  expect(paths.length).toBeGreaterThan(30)
  for (const path of paths) {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'] as const) {
      const reply = await test.app.inject({ method, url: path })
      expect([method, path, reply.headers['cross-origin-opener-policy']]).toEqual([
        method,
        path,
        'unsafe-none',
      ])
      expect(reply.headers['x-request-id']).toBeDefined()
      expect([method, path, reply.statusCode]).not.toEqual([method, path, 500])
    }
  }
})

it('an address that leads nowhere is a page for a person, and the envelope for a program', async () => {
  const person = await test.app.inject({ url: '/nowhere', headers: { accept: 'text/html,*/*' } })
  expect([person.statusCode, person.body]).toEqual([404, expect.stringContaining('There is nothing here')])
  const program = await test.app.inject({ url: '/nowhere' })
  expect(errorEnvelope.parse(program.json())).toMatchObject({ error: 'NotFound' })
})

it("the host's own address is a page that says what it is, and leads to the reference", async () => {
  const { statusCode, headers, body } = await test.app.inject('/')
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(body).toContain('This is a Bobbin host')
  const [, link = ''] = /<a href="([^"]+)"/.exec(body) ?? []
  expect([link, (await test.app.inject(link)).statusCode]).toEqual(['/docs', 200])
  expect((await test.app.inject({ method: 'HEAD', url: '/' })).statusCode).toBe(200)
})

describe('health', () => {
  const readiness = async (app: TestApp['app']) => {
    const reply = await app.inject('/readyz')
    return [reply.statusCode, (reply.json() as { data?: { reason?: string } }).data?.reason]
  }

  it('is not ready while a migration is missing, or the store cannot be written', async () => {
    const { app, services, close } = await createTestApp()
    expect(await readiness(app)).toEqual([200, undefined])
    await services.database.write((tx) =>
      sql`delete from kysely_migration where name like '001%'`.execute(tx.db),
    )
    // An answer about the store holds for a second.
    await expect.poll(() => readiness(app)).toEqual([503, 'migrations'])
    await services.database.close()
    await expect.poll(() => readiness(app)).toEqual([503, 'database'])
    expect((await app.inject('/healthz')).statusCode).toBe(200)
    await close()
  })

  it('is told while all is well', async () => {
    expect((await test.app.inject('/healthz')).json()).toEqual({ status: 'ok' })
    expect((await test.app.inject('/readyz')).json()).toEqual({ status: 'ready' })
    expect((await test.app.inject({ method: 'HEAD', url: '/healthz' })).statusCode).toBe(200)
    expect((await test.app.inject({ method: 'HEAD', url: '/readyz' })).statusCode).toBe(200)
  })
})
