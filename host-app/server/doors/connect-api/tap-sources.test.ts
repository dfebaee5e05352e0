import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureFile, fixtureSecrets } from '../../../connectors/tap/fixture-file.testing.ts'
import { keepRewrittenConfig, readTapConfig } from '../../nouns/sources/sources.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { shareProcesses } from '../../testing/processes.testing.ts'
import { finishedCheck } from '../../testing/shop.testing.ts'

/* Sources of a tap that lies as a file in the data folder, run in its process. */

let dataDir: string
let test: TestApp
let account: TestAccount
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bobbin-tap-sources-'))
  await mkdir(join(dataDir, 'taps'))
  await writeFile(join(dataDir, 'taps', 'fixture.json'), JSON.stringify(fixtureFile))
  test = await createTestApp({ BOBBIN_DATA_DIR: dataDir }, undefined, shareProcesses)
  account = await test.signUp()
})
afterAll(async () => {
  await test.close()
  await rm(dataDir, { recursive: true })
})

let names = 0
async function create(act: string, more: Record<string, string> = {}, owner = account) {
  names += 1
  const properties = { act, ...fixtureSecrets, page_size: '50', region: 'here', ...more }
  const payload = { type: 'tap.fixture', display_name: `Tap ${names}`, properties }
  return (await owner.call('POST', '/v4/sources', payload)).as(source)
}
const configOf = async (id: number) => {
  const url = `/v4/sources/${id}/config`
  const reply = await test.app.inject({ url, headers: { authorization: `Bearer ${account.token}` } })
  return { etag: String(reply.headers.etag), config: reply.json<Record<string, unknown>>() }
}
const putConfig = (id: number, payload: object, etag: string) =>
  test.app.inject({
    method: 'PUT',
    url: `/v4/sources/${id}/config`,
    headers: { authorization: `Bearer ${account.token}`, 'if-match': etag },
    payload,
  })
const logOf = async (name: string) => JSON.stringify(await test.services.events.read(`check:${name}`, 0))

describe('a source of a tap', () => {
  it('is checked, has streams, and is handed over in the words of the tap', async () => {
    const { id, properties } = await create('works')
    expect(properties).toMatchObject({ page_size: '50', region: 'here' })
    expect(JSON.stringify(properties)).not.toContain(fixtureSecrets.api_key)
    expect(await finishedCheck(account, id)).toMatchObject({ status: 'succeeded', stream_count: 2 })
    const { body } = await account.call('GET', `/v4/sources/${id}/streams`)
    expect(body).toMatchObject([{ tap_stream_id: 'orders' }, { tap_stream_id: 'people' }])
    expect((await configOf(id)).config).toEqual({
      act: 'works',
      api_key: fixtureSecrets.api_key,
      auth: { refresh_token: fixtureSecrets.refresh_token },
      region: 'here',
      pageSize: 50,
    })
  })

  it.each([
    ['renews its token', { status: 'succeeded', failure: null }],
    ['renews and fails', { status: 'failed', failure: { code: 'CredentialsRejected', field: null } }],
  ])('keeps the token of a tap that %s, and nothing else that it changed', async (act, outcome) => {
    const { id } = await create(act)
    const before = await test.services.sources.get(account.id, id)
    const { config } = await configOf(id)
    const check = await finishedCheck(account, id)
    expect(check).toMatchObject(outcome)
    expect((await configOf(id)).config).toEqual({ ...config, auth: { refresh_token: 'renewed-token-2' } })
    const row = await test.services.sources.get(account.id, id)
    expect(row.settings_version).toBe(before.settings_version)
    expect(row.properties).toBe(before.properties)
    const log = await logOf(check.name)
    expect(log).toContain('Kept what the tap has renewed: refresh_token.')
    expect(log).not.toMatch(/renewed-token-2|first-token-1|a-key-of-the-tests/)
  })

  it('says in words what is wrong with a setting', async () => {
    const { id } = await create('fails critically', {
      words: "CRITICAL Config is missing required keys: ['pageSize']",
    })
    const { failure } = await finishedCheck(account, id)
    expect(failure).toMatchObject({ code: 'SettingUnusable', field: 'page_size' })
  })
})

describe('the config that a tap leaves', () => {
  it('is taken back in its own names', async () => {
    const { id } = await create('works')
    const { config, etag } = await configOf(id)
    const renewed = { ...config, auth: { refresh_token: 'third' }, page_size: 'unknown to the tap' }
    const reply = await putConfig(id, renewed, etag)
    expect(reply.json()).toEqual({ status: 200, stored: ['refresh_token'], ignored: ['.page_size'] })
    expect((await configOf(id)).config).toEqual({ ...config, auth: { refresh_token: 'third' } })
    const changed = await putConfig(id, { ...config, pageSize: 51 }, String(reply.headers.etag))
    expect(changed.statusCode).toBe(422)
    expect(changed.body).toContain('page_size')
    // The same number as a text is no change.
    expect(
      (await putConfig(id, { ...config, pageSize: '50', auth: { refresh_token: 'third' } }, etag)).statusCode,
    ).toBe(200)
  })

  it('is not kept over what was stored after the tap was given its own', async () => {
    const { id } = await create('works')
    const { services } = test
    const connector = services.registry.find('tap.fixture')!
    const row = await services.sources.get(account.id, id)
    const given = await readTapConfig(services, connector, row)
    const keep = (token: string, from = given) =>
      keepRewrittenConfig(services, connector, row, from, { ...from.values, auth: { refresh_token: token } })
    const first = await keep('second')
    expect(first).toMatchObject({ isKept: true, changed: { refresh_token: 'second' } })
    // As another run of the tap that began before would.
    expect(await keep('stale')).toMatchObject({ isKept: false, changed: { refresh_token: 'stale' } })
    expect(await keep('third', first.config)).toMatchObject({ isKept: true })
    expect((await configOf(id)).config).toMatchObject({ auth: { refresh_token: 'third' } })
  })
})

it('a tap that is silent for too long is given up', async () => {
  const patient = await createTestApp(
    {
      BOBBIN_DATA_DIR: join(dataDir, 'patient'),
      BOBBIN_TIMINGS: '{"heartbeat":50,"checkSilence":2000}',
      BOBBIN_CONNECTORS: join(dataDir, 'taps', 'fixture.json'),
    },
    undefined,
    shareProcesses,
  )
  const owner = await patient.signUp()
  const { id } = await create('hangs', {}, owner)
  expect(await finishedCheck(owner, id)).toMatchObject({
    status: 'failed',
    failure: { code: 'ConnectionTimeout' },
  })
  await patient.close()
})
