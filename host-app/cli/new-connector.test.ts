import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres } from '../../scripts/postgres-server.mjs'
import { startFakeService as startFakeCrm } from '../connectors/examples/oauth/fake-service.testing.ts'
import { startFakeService as startFakeTodo } from '../connectors/examples/rest/fake-service.testing.ts'
import { openPlace, type TestPlace } from './cli.testing.ts'
import { type ConnectorKind, connectorKinds } from './connector-kinds.ts'

let place: TestPlace
beforeAll(async () => {
  place = await openPlace()
})
afterAll(() => place.close())

const kinds = Object.keys(connectorKinds) as ConnectorKind[]
const create = (slug: string, ...more: string[]) => place.bobbin(['connectors', 'new', slug, ...more])

/** Where its folder is, by its kind: none of them in a project. */
const folderOf = (kind: string) => join(place.dataDir, 'all kinds', kind)
const fileOf = (kind: ConnectorKind) => join(folderOf(kind), connectorKinds[kind].file)

async function replaceIn(file: string, texts: Readonly<Record<string, string>>): Promise<void> {
  let text = await readFile(file, 'utf8')
  for (const [old, wanted] of Object.entries(texts)) {
    expect(text).toContain(old)
    text = text.replaceAll(old, wanted)
  }
  await writeFile(file, text)
}

describe('a new connector', () => {
  const inPackage = fileURLToPath(new URL('../dist/made-by-test', import.meta.url))
  afterAll(() => rm(inPackage, { recursive: true, force: true }))

  it.each([
    ['in the package', async () => inPackage],
    ['in a folder elsewhere', async () => join(place.dataDir, 'a folder', 'made-by-test')],
    [
      'behind a link',
      async () => {
        await mkdir(join(place.dataDir, 'deep', 'er'), { recursive: true })
        await symlink(join(place.dataDir, 'deep', 'er'), join(place.dataDir, 'link'))
        return join(place.dataDir, 'link', 'made-by-test')
      },
    ],
  ])('%s is a copy of an example under its own names', async (_, where) => {
    const folder = await where()
    await rm(folder, { recursive: true, force: true })
    const args = ['connectors', 'new', 'made-by-test', '--name', "O'Neill's CRM", '--folder', folder]
    expect(await place.bobbinJson(args)).toMatchObject({
      ...{ type: 'platform.made-by-test', slug: 'made-by-test', name: "O'Neill's CRM", kind: 'rest' },
    })
    expect(await place.bobbin(['connectors', 'test', join(folder, 'connector.ts')])).toMatchObject({
      code: 0,
      stdout: "O'Neill's CRM (platform.made-by-test) keeps the rules.\n",
    })
    expect(await create('made-by-test', '--folder', folder)).toMatchObject({
      code: 1,
      stderr: `${folder} is there already.\n`,
    })
  })

  it.each<[string, string[], number, RegExp]>([
    [
      'of a kind that there is not',
      ['acme', '--kind', 'soap'],
      2,
      /'soap' is invalid\. Allowed choices are rest, oauth, database, tap/,
    ],
    ['whose name is taken', ['stripe'], 1, /^The name stripe is taken by another connector\.$/m],
    ['whose slug is taken', ['postgres'], 1, /^The name postgres is taken by another connector\.$/m],
    ['whose name is none', ['Acme CRM'], 2, /A slug is lower-case words with hyphens, such as acme-crm\./],
  ])('%s is refused in words', async (_, args, exitCode, words) => {
    const folder = join(place.dataDir, 'never')
    const { code, stdout, stderr } = await create(args[0] ?? '', ...args.slice(1), '--folder', folder)
    expect([code, stdout]).toEqual([exitCode, ''])
    expect(stderr).toMatch(words)
    expect(await readdir(place.dataDir)).not.toContain('never')
  })

  it('whose folder cannot be made is refused in words', async () => {
    const file = join(place.dataDir, 'a-file')
    await writeFile(file, '')
    const { code, stderr } = await create('acme', '--folder', join(file, 'acme'))
    expect([code, stderr]).toEqual([1, expect.stringMatching(/acme cannot be made: (ENOTDIR|EEXIST)\.$/m)])
  })
})

describe('of every kind', () => {
  beforeAll(async () => {
    for (const kind of kinds) {
      const made = await create(`acme-${kind}`, '--kind', kind, '--folder', folderOf(kind))
      expect([made.stderr, made.code]).toEqual(['', 0])
      expect(made.stdout).toContain(`bobbin connectors test ${fileOf(kind)}`)
    }
  })

  it.each(kinds)('one of kind %s has nothing of the example’s names, and keeps the rules', async (kind) => {
    for (const file of await readdir(folderOf(kind))) {
      if (!/\.(?:ts|mjs|json)$/.test(file)) continue
      expect(await readFile(join(folderOf(kind), file), 'utf8')).not.toMatch(
        /example-(?:rest|oauth|database|tap)|Example of|The example of/,
      )
    }
    const { code, stdout } = await place.bobbin(['connectors', 'test', fileOf(kind)])
    const type = `${kind === 'tap' ? 'tap' : 'platform'}.acme-${kind}`
    const name = `Acme ${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`
    expect([code, stdout]).toEqual([0, `${name} (${type}) keeps the rules.\n`])
  })

  it('its tests pass where it lies', async () => {
    const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
    const args = [vitest, 'run', '--root', join(place.dataDir, 'all kinds'), '--reporter=verbose']
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, NO_COLOR: '1' },
      maxBuffer: 1e7,
    })
    for (const kind of kinds) {
      expect(stdout).toMatch(new RegExp(`✓ ${kind}/connector\\.test\\.ts`))
    }
    expect(stdout).toMatch(/Test Files +4 passed \(4\)/)
  })

  describe('is tried as a server runs it', () => {
    async function tryOut(kind: ConnectorKind, settings: object, accessToken?: string) {
      const file = join(place.dataDir, `${kind}.json`)
      await writeFile(file, JSON.stringify(settings))
      const args = ['connectors', 'test', fileOf(kind), '--settings', file]
      if (accessToken !== undefined) {
        const tokenFile = join(place.dataDir, 'token')
        await writeFile(tokenFile, accessToken)
        args.push('--access-token-file', tokenFile)
      }
      return place.bobbin(args)
    }

    it('a service with a REST API', async () => {
      const fake = await startFakeTodo()
      fake.keys.set('right-and-secret', ['lists', 'tasks'])
      const here = `api.localhost:${fake.port}`
      await replaceIn(fileOf('rest'), {
        'https://api.todo.example': `http://${here}`,
        'api.todo.example': here,
      })
      const settings = { api_key: 'right-and-secret', start_date: '2026-01-31' }
      expect(await tryOut('rest', settings)).toMatchObject({
        code: 0,
        stdout: 'lists\ntasks\ntask_comments\nAcme Rest (platform.acme-rest) works: 3 streams.\n',
      })
      const refused = await tryOut('rest', { ...settings, api_key: 'wrong-and-secret' })
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringContaining('CredentialsRejected (api_key)'),
      ])
      expect(refused.stdout + refused.stderr).not.toContain('wrong-and-secret')
      await fake.close()
    })

    it('a service with OAuth', async () => {
      const fake = await startFakeCrm()
      fake.tokens.set('token-of-anna', ['contacts.read', 'deals.read'])
      await replaceIn(fileOf('oauth'), {
        'https://{subdomain}.crm.example': `http://{subdomain}.localhost:${fake.port}`,
        '*.crm.example': `*.localhost:${fake.port}`,
      })
      const settings = { subdomain: 'acme', start_date: '2026-01-31', workspace_id: '1001' }
      expect(await tryOut('oauth', settings, 'token-of-anna')).toMatchObject({
        code: 0,
        stdout: 'contacts\ndeals\nAcme Oauth (platform.acme-oauth) works: 2 streams.\n',
      })
      const refused = await tryOut('oauth', settings, 'made-up-token')
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('AuthorizationExpired')])
      expect(refused.stdout + refused.stderr).not.toContain('made-up-token')
      await fake.close()
    })

    it('a database', async () => {
      const server = await startPostgres()
      await server.query('create table orders (id integer primary key)')
      const settings = {
        host: server.host,
        port: server.port,
        dbname: 'postgres',
        user: server.user,
        ssl: 'disable',
      }
      expect(await tryOut('database', { ...settings, password: server.password })).toMatchObject({
        code: 0,
        stdout: 'public-orders\nAcme Database (platform.acme-database) works: 1 streams.\n',
      })
      const refused = await tryOut('database', { ...settings, password: 'wrong-and-secret' })
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringContaining('CredentialsRejected (password)'),
      ])
      await server.stop()
    })

    it('a Singer tap', async () => {
      const settings = { api_key: 'right-and-secret', start_date: '2026-01-31' }
      expect(await tryOut('tap', settings)).toMatchObject({
        code: 0,
        stdout: 'orders\npeople\nAcme Tap (tap.acme-tap) works: 2 streams.\n',
      })
      const refused = await tryOut('tap', { ...settings, api_key: 'wrong-and-secret' })
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('CredentialsRejected')])
      expect(refused.stdout + refused.stderr).not.toContain('wrong-and-secret')
    })
  })
})
