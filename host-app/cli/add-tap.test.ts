import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPlace, type TestPlace } from './cli.testing.ts'

const fixtureTap = fileURLToPath(new URL('../connectors/tap/fixture-tap.testing.ts', import.meta.url))
let place: TestPlace
beforeAll(async () => {
  place = await openPlace()
  await mkdir(join(place.dataDir, 'a folder'))
})
afterAll(() => place.close())

const schema = {
  properties: {
    act: { type: 'string' },
    api_key: { type: 'string' },
    pageSize: { type: 'integer', default: 50 },
    auth: { type: 'object', properties: { refresh_token: { type: 'string' } } },
  },
  required: ['act'],
}

async function file(name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(place.dataDir, 'a folder', name)
  await writeFile(path, text)
  await chmod(path, mode)
  return path
}
const schemaFile = () => file('schema.json', JSON.stringify(schema))
const exec = `"${process.execPath}" '${fixtureTap}'`
const addTap = async (name: string, ...more: string[]) =>
  place.bobbin(['connectors', 'add-tap', name, '--settings', await schemaFile(), '--exec', exec, ...more])

describe('a tap is added', () => {
  it('as a file of the data folder, and offered by whoever starts after that', async () => {
    const { code, stdout } = await addTap('tap-shop', '--title', 'The Shop', '--category', 'E-commerce')
    expect([code, stdout]).toEqual([0, expect.stringContaining('page_size: integer, pageSize in the config')])
    const path = join(place.dataDir, 'taps', 'shop.json')
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      name: 'shop',
      title: 'The Shop',
      category: 'E-commerce',
      command: [process.execPath, fixtureTap],
      settings: [
        { name: 'act' },
        { name: 'api_key', secret: true },
        {},
        { in_config: ['auth', 'refresh_token'] },
      ],
    })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await place.bobbinJson(['connectors', 'list'])).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'tap.shop', name: 'The Shop', slug: 'tap-shop' }),
      ]),
    )
    const { code: offline, stdout: findings } = await place.bobbin(['doctor', '--offline'])
    expect([offline, findings]).toEqual([0, expect.stringContaining(`tap.shop: runs ${process.execPath}`)])
    expect(findings).toMatch(/^(ok|warn) +taps: /m)
  })

  it('and tried, as any connector', async () => {
    const settings = await file('settings.json', JSON.stringify({ act: 'works', api_key: 'the-key' }))
    const path = join(place.dataDir, 'taps', 'shop.json')
    const tried = await place.bobbin(['connectors', 'test', path, '--settings', settings])
    expect(tried).toMatchObject({
      code: 0,
      stdout: 'orders\npeople\nThe Shop (tap.shop) works: 2 streams.\n',
    })
  })

  it('and what it renews when it is tried is not lost', async () => {
    const given = { act: 'renews its token', api_key: 'the-key', auth_refresh_token: 'first-token-1' }
    const settings = await file('renewing.json', JSON.stringify(given))
    const path = join(place.dataDir, 'taps', 'shop.json')
    const { code, stderr } = await place.bobbin(['connectors', 'test', path, '--settings', settings])
    expect([code, stderr]).toEqual([0, expect.stringContaining('It renewed auth_refresh_token: ')])
    expect(stderr).not.toMatch(/the-key|token-1|token-2/)
    expect(JSON.parse(await readFile(`${settings}.renewed`, 'utf8'))).toMatchObject({
      ...given,
      auth_refresh_token: 'renewed-token-2',
    })
    expect((await stat(`${settings}.renewed`)).mode & 0o777).toBe(0o600)
  })

  it('once, unless --force replaces it', async () => {
    expect(await addTap('shop')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^The name shop is taken: .*shop\.json is there already\. --force replaces it\.\n$/,
      ),
    })
    expect(await addTap('shop', '--force', '--renews', 'api_key')).toMatchObject({ code: 0 })
    const text = await readFile(join(place.dataDir, 'taps', 'shop.json'), 'utf8')
    expect(JSON.parse(text)).toMatchObject({
      title: 'Shop',
      settings: [{}, { renewed_by_tap: true }, {}, {}],
    })
  })
})

it('a server that starts offers it, and wipes what one that was killed has left of its runs', async () => {
  const run = join(place.dataDir, 'tap-runs', 'run-left')
  await mkdir(run, { recursive: true })
  await writeFile(join(run, 'config.json'), '{"api_key": "secret"}')
  const server = await place.serve({ BOBBIN_ANONYMOUS_CATALOG: 'true' })
  await expect(stat(run)).rejects.toThrow('ENOENT')
  const reply = await fetch(`${server.url}/api/platform_user/platform/connectors`)
  expect(await reply.text()).toContain('"tap-shop"')
  expect(await server.stop()).toBe(0)
})

describe('what is not right is said in a sentence, and nothing is written', () => {
  const refused = async (args: readonly string[], sentence: RegExp, code = 1) => {
    const result = await place.bobbin(['connectors', 'add-tap', 'refused', ...args])
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(sentence) })
    await expect(stat(join(place.dataDir, 'taps', 'refused.json'))).rejects.toThrow('ENOENT')
  }

  it.each([
    ['is not there', () => '/nowhere/schema.json', /^There is no file \/nowhere\/schema\.json\.\n$/],
    ['is not JSON', () => file('text.json', 'settings:\n'), / is not JSON\.\n$/],
    ['is neither form', () => file('other.json', '{"a": 1}'), /neither a JSON Schema .* nor Meltano/],
    [
      'says one thing twice',
      () => file('twice.json', '{"settings":[{"name":"a"},{"name":"a"}]}'),
      /the setting a is there twice\.\n$/,
    ],
  ])('a file of settings that %s', async (_, path, sentence) => {
    await refused(['--exec', exec, '--settings', await path()], sentence)
  })

  it.each([
    [
      'is not in PATH',
      () => 'no-such-tap-anywhere',
      /^There is no program no-such-tap-anywhere in PATH\.\n$/,
    ],
    ['is nowhere', () => '/nowhere/tap', /^There is no program at \/nowhere\/tap\.\n$/],
    ['is a folder', () => '/tmp', /^There is no program at \/tmp\.\n$/],
    [
      'is not executable',
      async () => `"${await file('tap', '#!/bin/sh\n')}"`,
      / is not executable: chmod \+x/,
    ],
    ['is more than a program', () => 'tap | cat', /no shell reads it/],
    ['is half quoted', () => '"tap', /no shell reads it/],
  ])('a command that %s', async (_, command, sentence) => {
    await refused(['--exec', await command(), '--settings', await schemaFile()], sentence)
  })

  it('a name, a category or a setting that cannot be', async () => {
    const rest = ['--exec', exec, '--settings', await schemaFile()]
    expect(await place.bobbin(['connectors', 'add-tap', 'Shop!', ...rest])).toMatchObject({ code: 2 })
    await refused([...rest, '--category', 'Shops'], /Allowed choices are/, 2)
    await refused(
      [...rest, '--renews', 'nothing'],
      /there is no setting nothing that the tap could renew\.\n$/,
    )
    await refused(['--settings', await schemaFile()], /--exec/, 2)
  })

  it('a description that somebody has broken, by its name', async () => {
    await writeFile(join(place.dataDir, 'taps', 'broken.json'), '{"name": "broken"}')
    const { code, stderr } = await place.bobbin(['connectors', 'list'])
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/broken\.json cannot be used: it is no description of a tap: title/),
    ])
  })
})
