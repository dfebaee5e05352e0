import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createHttpServer } from './http-server.ts'
import { serveStatic } from './static-files.ts'

let folder: string
let app: FastifyInstance
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bobbin-static-'))
  await mkdir(join(folder, 'client'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'secret.txt'), 'not for the world')
  await writeFile(join(folder, 'client', '.hidden'), 'not for the world')
  await writeFile(join(folder, 'client', 'bobbin.js'), 'export {}')
  await writeFile(join(folder, 'client', 'bobbin.js.br'), 'compressed')
  await writeFile(join(folder, 'client', 'channel-B1c2D3e4.js'), 'export {}')
  await writeFile(join(folder, 'assets', 'wizard.css'), 'a{}')
  app = createHttpServer({ url: 'http://localhost:1', trustedProxies: null }, pino({ level: 'silent' }))
  await serveStatic(app, { path: '/client/', folder: join(folder, 'client'), names: 'named' })
  await serveStatic(app, { path: '/wizard/assets/', folder: join(folder, 'assets'), names: 'immutable' })
  await serveStatic(app, { path: '/unbuilt/', folder: join(folder, 'unbuilt'), names: 'named' })
})
afterEach(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})

it('lets pages of any origin load the client', async () => {
  const reply = await app.inject('/client/bobbin.js')
  expect(reply.statusCode).toBe(200)
  expect(reply.headers).toMatchObject({
    'content-type': expect.stringMatching(/^(text|application)\/javascript/),
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'cross-origin-opener-policy': 'unsafe-none',
    'cache-control': 'public, max-age=300',
    etag: expect.any(String),
  })
})

it('keeps what has a hash in its name for ever', async () => {
  const forever = 'public, max-age=31536000, immutable'
  expect((await app.inject('/client/channel-B1c2D3e4.js')).headers['cache-control']).toBe(forever)
  expect((await app.inject('/wizard/assets/wizard.css')).headers['cache-control']).toBe(forever)
})

it('sends the compressed file to those who take it', async () => {
  const reply = await app.inject({ url: '/client/bobbin.js', headers: { 'accept-encoding': 'br' } })
  expect(reply.headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': expect.stringMatching(/javascript/),
    vary: expect.stringMatching(/accept-encoding/i),
  })
  expect(reply.body).toBe('compressed')
})

it('answers 304 to those who have it', async () => {
  const { etag } = (await app.inject('/client/bobbin.js')).headers
  const reply = await app.inject({ url: '/client/bobbin.js', headers: { 'if-none-match': String(etag) } })
  expect(reply.statusCode).toBe(304)
  expect(reply.headers['cross-origin-opener-policy']).toBe('unsafe-none')
})

it.each([
  ['if-match', '"other"', 412],
  ['range', 'bytes=900-', 416],
])('refuses what cannot be met: %s', async (name, value, status) => {
  const reply = await app.inject({ url: '/client/bobbin.js', headers: { [name]: value } })
  expect(reply.statusCode).toBe(status)
  expect(reply.json()).toMatchObject({ error: 'BadRequest' })
})

it.each([
  '/client/',
  '/client/nope.js',
  '/client/.hidden',
  '/client/../secret.txt',
  '/client/%2e%2e/secret.txt',
  '/client/..%2fsecret.txt',
  '/unbuilt/x',
])('has no %s, and says so as ever', async (url) => {
  const reply = await app.inject(url)
  expect(reply.statusCode).toBe(404)
  expect(reply.json()).toMatchObject({ error: 'NotFound' })
  expect(reply.headers['cache-control']).toBe('no-store')
})
