import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, partner, person, type TestApp } from '../../testing/app.testing.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** What a customer's back end might be: it must type-check against the generated types, and work. */
const program = `
import createClient from 'openapi-fetch'
import type { components, paths } from './schema.d.ts'

const [baseUrl, partner] = process.argv.slice(2)
const anyone = createClient<paths>({ baseUrl })
const created = await anyone.POST('/v3/accounts', { body: JSON.parse(partner) })
if (!created.data) throw new Error(created.error.message)

const headers = { authorization: \`Bearer \${created.data.access_token}\` }
const api = createClient<paths>({ baseUrl, headers })

const body: components['schemas']['CreateSource'] = {
  type: 'platform.test-shop',
  display_name: 'Shop',
  properties: { tables: '3' },
}
const source = await api.POST('/v4/sources', { body, params: { header: { 'Idempotency-Key': 'one' } } })
if (!source.data) throw new Error(source.error.message)
const step: 'form' | 'oauth' | 'discover_schema' | 'field_selection' | 'fully_configured' =
  source.data.report_card.current_step_type

const page = await api.GET('/v4/sources', { params: { query: { page: 1 } } })
const ids = page.data && 'data' in page.data ? page.data.data.map(({ id }) => id) : []

const missing = await api.GET('/v4/sources/{id}', { params: { path: { id: 999999 } } })
const error = missing.error?.error

// @ts-expect-error A source has no such field: the types are no \`any\`.
void source.data.lunch
// @ts-expect-error An id is a number.
void api.GET('/v4/sources/{id}', { params: { path: { id: 'seven' } } })

console.log(JSON.stringify({ step, isListed: ids.includes(source.data.id), error, status: missing.response.status }))
`

const compilerOptions = {
  strict: true,
  noEmit: true,
  target: 'es2023',
  lib: ['es2024', 'dom'],
  module: 'nodenext',
  types: ['node'],
  allowImportingTsExtensions: true,
  skipLibCheck: true,
}

let test: TestApp
let url: string
let folder: string
beforeAll(async () => {
  test = await createTestApp()
  url = await test.app.listen({ port: 0, host: '127.0.0.1' })
  folder = await mkdtemp(join(tmpdir(), 'bobbin-client-'))
})
afterAll(async () => {
  await test.close()
  await rm(folder, { recursive: true })
})

it('a client that is generated from the document type-checks, and works against a server', async () => {
  const document = (await test.app.inject('/openapi.json')).json<OpenAPI3>()
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
  await writeFile(join(folder, 'schema.d.ts'), astToString(await openapiTS(document)))
  await writeFile(join(folder, 'program.ts'), program)

  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const checked = await run(process.execPath, [tsc, '-p', folder]).catch((error: { stdout: string }) => error)
  expect(checked.stdout).toBe('')

  const args = [join(folder, 'program.ts'), url, JSON.stringify({ ...person, ...partner })]
  const { stdout } = await run(process.execPath, args)
  expect(JSON.parse(stdout)).toEqual({ step: 'form', isListed: true, error: 'SourceNotFound', status: 404 })
})
