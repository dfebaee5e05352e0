import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConnectorError, type Connector } from '../../../connectors/connector.ts'
import { connectorInfo, property, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'
import { plainProvider } from '../oauth/oauth-world.testing.ts'
import { readTapConfig } from '../sources/sources.ts'

/* A source of a type that leaves the choice how to sign in: by a key, or by OAuth. */

const connector: Connector = {
  info: connectorInfo({
    steps: ['form', 'oauth', 'discover_schema'],
    auth_methods: [
      { key: 'oauth', title: 'Sign in there', type: 'OAUTH2', properties: [] },
      { key: 'api_key', title: 'API key', type: 'API_KEY', properties: ['api_key'] },
    ],
    properties: [property('site', { binds: [] }), property('api_key', { is_credential: true })],
    authorization: { provider_name: 'Shop', scopes: [] },
  }),
  oauth: plainProvider('http://127.0.0.1:1'),
  check({ grant, settings }) {
    const { api_key: key } = settings
    seen.push(grant?.accessToken ?? key ?? 'nothing')
    if (grant?.accessToken !== 'at-1' && key !== 'good') throw new ConnectorError('CredentialsRejected')
    return Promise.resolve()
  },
  async *discover() {
    yield table('a')
  },
}

let test: TestParts
let seen: string[]
beforeEach(async () => {
  seen = []
  test = await createTestParts({
    connectors: [connector],
    // As the noun would have it: a grant for whoever signs in by one.
    freshGrant: async (accountId, id) => {
      const { properties } = await test.sources.get(accountId, id)
      return properties.includes('api_key') ? null : { values: { access_token: 'at-1' }, others: {} }
    },
  })
  test.checkRunner.start()
})
afterEach(() => test.close())

const keepGrant = (sourceId: number) =>
  test.database.write((tx) =>
    test.credentials.save(tx, { accountId: 1, sourceId, kind: 'oauth', values: { access_token: 'at-1' } }),
  )
const update = (id: number, properties: Record<string, string | null>, mode: 'merge' | 'replace') =>
  test.database.write((tx) => test.sources.update(tx, 1, id, { properties }, mode))
const check = async (id: number) => (await test.finished(await test.startCheck(id)))?.status
const sealed = async (id: number) => ({
  form: (await test.credentials.describe(1, id, 'form'))?.names ?? [],
  oauth: (await test.credentials.describe(1, id, 'oauth'))?.names ?? [],
})
const card = async (id: number) => {
  const { report_card: card } = await test.sources.view(await test.sources.get(1, id))
  return [card.steps.map(({ type }) => type), card.current_step_type]
}
const givenUp = () => test.database.read.selectFrom('given_up_grant').select('because').execute()
const configOf = async (id: number) =>
  (await readTapConfig(test, connector, await test.sources.get(1, id))).values

/** Connected by OAuth, and checked. */
async function connected() {
  const { id } = await test.addSource('platform.shop', { site: 'x' })
  expect(await card(id)).toEqual([['form', 'oauth', 'discover_schema', 'fully_configured'], 'oauth'])
  await keepGrant(id)
  expect(await check(id)).toBe('succeeded')
  return id
}

describe.each(['merge', 'replace'] as const)('a change of the method, by %s', (mode) => {
  const toKey = (key: string) => ({
    ...(mode === 'replace' && { site: 'x' }),
    auth_method: 'api_key',
    api_key: key,
  })

  it('keeps the grant until the key has been checked, and then gives it up', async () => {
    const id = await connected()
    await update(id, toKey('bad'), mode)
    expect(await card(id)).toEqual([['form', 'discover_schema', 'fully_configured'], 'discover_schema'])
    expect(await check(id)).toBe('failed')
    expect([await sealed(id), await givenUp()]).toEqual([{ form: ['api_key'], oauth: ['access_token'] }, []])
    await update(id, toKey('good'), mode)
    expect(await check(id)).toBe('succeeded')
    expect([await sealed(id), await givenUp()]).toEqual([
      { form: ['api_key'], oauth: [] },
      [{ because: 'replaced' }],
    ])
    expect(await configOf(id)).toMatchObject({ api_key: 'good' })
    expect(await configOf(id)).not.toHaveProperty('access_token')
    expect(seen).toEqual(['at-1', 'bad', 'good'])
  })

  it('that fails can be taken back, and all is as it was', async () => {
    const id = await connected()
    await update(id, toKey('bad'), mode)
    await check(id)
    await update(id, { site: 'x', auth_method: 'oauth' }, mode)
    expect(await check(id)).toBe('succeeded')
    expect([await sealed(id), await givenUp()]).toEqual([{ form: [], oauth: ['access_token'] }, []])
    expect(await configOf(id)).toMatchObject({ access_token: 'at-1' })
    expect(await configOf(id)).not.toHaveProperty('api_key')
  })

  it('to OAuth keeps the key until the grant has been checked', async () => {
    const { id } = await test.addSource('platform.shop', {
      site: 'x',
      auth_method: 'api_key',
      api_key: 'good',
    })
    expect(await check(id)).toBe('succeeded')
    await update(id, { site: 'x', auth_method: 'oauth' }, mode)
    expect([await card(id), await sealed(id)]).toEqual([
      [['form', 'oauth', 'discover_schema', 'fully_configured'], 'oauth'],
      { form: ['api_key'], oauth: [] },
    ])
    await keepGrant(id)
    expect(await check(id)).toBe('succeeded')
    expect(await sealed(id)).toEqual({ form: [], oauth: ['access_token'] })
  })
})

it('a grant is kept though the key to what it replaces is lost', async () => {
  const unchecked: Connector = {
    ...connector,
    info: { ...connector.info, type: 'platform.unchecked', slug: 'unchecked', steps: ['form', 'oauth'] },
    discover: undefined,
  }
  const given = { site: 'x', auth_method: 'api_key', api_key: 'good' }
  const first = await createTestParts({ connectors: [unchecked], file: test.file })
  const { id } = await first.addSource('platform.unchecked', given)
  await first.database.write((tx) =>
    first.sources.update(tx, 1, id, { properties: { auth_method: 'oauth' } }, 'merge'),
  )
  await first.close()
  const second = await createTestParts({ connectors: [unchecked], file: test.file })
  const values = { access_token: 'at-1' }
  await second.database.write((tx) =>
    second.credentials.save(tx, { accountId: 1, sourceId: id, kind: 'oauth', values }),
  )
  expect((await second.sources.get(1, id)).configured_at).not.toBeNull()
  await second.close()
  expect(await sealed(id)).toEqual({ form: ['api_key'], oauth: ['access_token'] })
})

it('by the API a key alone says that it is the method', async () => {
  const { id } = await test.database.write((tx) =>
    test.sources.create(
      tx,
      1,
      { type: 'platform.shop', display_name: 'Shop', properties: { site: 'x', api_key: 'good' } },
      { mustBeComplete: false, uniqueName: false },
    ),
  )
  expect(await card(id)).toEqual([['form', 'discover_schema', 'fully_configured'], 'discover_schema'])
  const refused = update(id, { auth_method: 'carrier_pigeon' }, 'merge')
  await expect(refused).rejects.toMatchObject({
    data: { faults: { auth_method: { rule: 'not_an_option' } } },
  })
})
