import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostilePlays } from '../connectors/hp-postgres/hostile-plays.testing.ts'
import { startHostileServer } from '../connectors/hp-postgres/hostile-server.testing.ts'
import { type FakeVendor, startFakeVendor } from '../connectors/rest/fake-vendor.testing.ts'
import { openPlace, type TestPlace } from './cli.testing.ts'

const shopConnector = fileURLToPath(new URL('../server/testing/shop-connector.testing.ts', import.meta.url))
let place: TestPlace
beforeAll(async () => {
  place = await openPlace()
})
afterAll(() => place.close())

async function settingsFile(settings: unknown): Promise<string> {
  const file = join(place.dataDir, 'settings.json')
  await writeFile(file, JSON.stringify(settings))
  return file
}

it('connectors of the host are listed', async () => {
  expect(await place.bobbinJson(['connectors', 'list'])).toEqual(
    expect.arrayContaining([expect.objectContaining({ type: 'platform.test-shop' })]),
  )
})

describe('a connector is tested', () => {
  const test = (...more: string[]) => place.bobbin(['connectors', 'test', shopConnector, ...more])

  it('by the rules', async () => {
    expect(await test()).toMatchObject({
      code: 0,
      stdout: 'Test shop (platform.test-shop) keeps the rules.\n',
    })
  })

  it('by running it, and its streams are printed', async () => {
    expect(await test('--settings', await settingsFile({ tables: '2', password: 'right' }))).toMatchObject({
      code: 0,
      stdout: 'shop-t1\nshop-t2\nTest shop (platform.test-shop) works: 2 streams.\n',
    })
  })

  it.each([
    [
      'a wrong password',
      { tables: '2', password: 'wrong' },
      /^signing in\nCredentialsRejected \(password\): /,
    ],
    ['a setting that is not there', { password: 'right' }, /^The settings cannot be used:\n {2}tables: /],
    [
      'a setting that nobody knows',
      { tables: '1', password: 'right', x: 'y' },
      / {2}x: This setting is not known\./,
    ],
    [
      'what is no object of values',
      { tables: [2] },
      /must hold one JSON object whose values are texts, numbers/,
    ],
  ])('%s is told in words', async (_, settings, sentence) => {
    const { code, stderr } = await test('--settings', await settingsFile(settings))
    expect(code).toBe(1)
    expect(stderr).toMatch(sentence)
  })

  describe('in a process of its own', () => {
    const rough = fileURLToPath(new URL('../server/testing/rough-connector.testing.ts', import.meta.url))
    const postgres = new URL('../connectors/hp-postgres/connector.ts', import.meta.url)
    // What the connector prints goes where a process prints.
    const tryRough = async (act: string) =>
      place.begin(['connectors', 'test', rough, '--settings', await settingsFile({ act })]).ended

    it.each([
      ['exits', /^CheckCrashed: The process ended with exit code 7\.$/m],
      [
        'throws elsewhere',
        /RangeError: tok-secret[^]*^CheckCrashed: It broke outside of its task: RangeError\.$/m,
      ],
      ['hoards buffers', /^AnswerTooLarge: Reading it took more than 384 MB of memory\.$/m],
      // Where it broke is told to who wrote it, and to nobody else.
      [
        'breaks',
        /TypeError: tok-secret[^]*rough-connector\.testing\.ts:\d+[^]*^CheckFailed: The connector threw TypeError\.$/m,
      ],
    ])('one that %s ends in a sentence', async (act, sentence) => {
      const { code, stdout, stderr } = await tryRough(act)
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(sentence)
    })

    it.each(['says a notice that never ends', 'asks for GSS', 'says a short D'])(
      'a database that %s ends in a sentence',
      async (play) => {
        const { code: expected, ...does } = hostilePlays[play] ?? { code: '' }
        const server = await startHostileServer(does)
        const module = join(place.dataDir, 'postgres.mjs')
        await writeFile(module, `export { hpPostgres as connector } from ${JSON.stringify(postgres.href)}`)
        const settings = {
          host: '127.0.0.1',
          port: String(server.port),
          dbname: 'd',
          user: 'u',
          password: 'p',
          ssl: 'disable',
        }
        const args = ['connectors', 'test', module, '--settings', await settingsFile(settings)]
        const { code, stderr } = await place.bobbin(args)
        server.close()
        expect(stderr).toMatch(new RegExp(`^${expected}( \\(\\w+\\))?: .+\\.$`, 'm'))
        expect(stderr).toContain('Connecting to 127.0.0.1, port')
        expect(code).toBe(1)
      },
    )
  })

  describe('whose settings are exchanged for a token', () => {
    const madeUp = new URL('../server/testing/made-up-connector.testing.ts', import.meta.url)
    let vendor: FakeVendor
    beforeAll(async () => {
      vendor = await startFakeVendor(({ url, headers }) => {
        const isClient = headers.authorization === `Basic ${btoa('app:right')}`
        return url.pathname === '/token' && isClient
          ? { body: { access_token: 'of-settings' } }
          : { status: 401, body: { error: 'invalid_client' } }
      })
    })
    afterAll(() => vendor.close())

    /** Works with the token of its settings. */
    async function moduleOf(): Promise<string> {
      const file = join(place.dataDir, 'own-client.mjs')
      await writeFile(
        file,
        `import { connectorInfo, property } from ${JSON.stringify(madeUp.href)}
        export const connector = {
          info: connectorInfo({
            type: 'platform.own-client',
            slug: 'own-client',
            steps: ['form'],
            is_checked: true,
            auth_methods: [{ key: 'own', title: 'Own', type: 'OAUTH2CC', properties: ['app_id', 'app_secret'] }],
            properties: [property('app_id'), property('app_secret', { is_credential: true })],
          }),
          settingsGrants: {
            own: {
              type: 'client_credentials',
              tokenEndpoint: ${JSON.stringify(`${vendor.origin}/token`)},
              client: { id: 'app_id', secret: 'app_secret' },
              clientAuthentication: 'basic',
            },
          },
          async check({ grant }) {
            if (grant?.accessToken !== 'of-settings') throw new Error('No token came.')
          },
        }`,
      )
      return file
    }

    it('exchanges them', async () => {
      const settings = await settingsFile({ app_id: 'app', app_secret: 'right' })
      expect(
        await place.bobbin(['connectors', 'test', await moduleOf(), '--settings', settings]),
      ).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/ works: 0 streams\.\n$/),
      })
    })

    it('says which of them was refused', async () => {
      const settings = await settingsFile({ app_id: 'app', app_secret: 'wrong' })
      expect(
        await place.bobbin(['connectors', 'test', await moduleOf(), '--settings', settings]),
      ).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^CredentialsRejected \(app_secret\): .*invalid_client/m),
      })
    })
  })

  it('that is no connector', async () => {
    const file = join(place.dataDir, 'empty.mjs')
    await writeFile(file, 'export {}')
    expect(await place.bobbin(['connectors', 'test', file])).toMatchObject({
      code: 1,
      stderr: `${file} does not export \`connector\`.\n`,
    })
    expect(await place.bobbin(['connectors', 'test', '/nowhere.ts'])).toMatchObject({
      code: 1,
      stderr: 'There is no connector at /nowhere.ts.\n',
    })
  })
})
