import { directoryConnector, directoryPage } from '@bobbin/shared/directory'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registryOf } from '../../../connectors/registry.ts'
import { createHttpServer } from '../../http/http-server.ts'
import { limitCalls } from '../../http/limit-calls.ts'
import { createTestApp, partner, type TestApp } from '../../testing/app.testing.ts'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { type OAuthClients, createOAuthClients } from '../../nouns/oauth-clients/oauth-clients.ts'
import { plainProvider } from '../../nouns/oauth/oauth-world.testing.ts'
import { serveDirectory } from './directory.ts'

const organisation = `${partner.partner_id}:${partner.partner_secret}`
const secret = { is_credential: true }
const settings = [property('url', { order: 1 }), property('api_key', { ...secret, order: 2 })]

/** Two that are told apart by all that can be asked for, and many that are alike. */
const infos = [
  connectorInfo({
    type: 'platform.acorn',
    slug: 'acorn',
    name: 'Acorn Books',
    category: 'Accounting',
    keywords: ['ledger'],
    stage: 'beta',
    auth_methods: [{ key: 'key', title: 'API key', type: 'API_KEY', properties: ['api_key'] }],
    properties: settings,
  }),
  connectorInfo({
    type: 'platform.old',
    slug: 'old',
    name: 'Old',
    stage: 'deprecated',
    logo: 'data:image/svg+xml,<svg/>',
  }),
  ...Array.from({ length: 61 }, (_, number) =>
    connectorInfo({
      type: `platform.shop-${number}`,
      slug: `shop-${number}`,
      name: `Shop ${number % 7}`,
      ...(number < 2 && {
        steps: ['form', 'oauth', 'discover_schema'],
        authorization: { provider_name: 'Shop', scopes: [] },
      }),
    }),
  ),
]

let test: TestApp
let app: FastifyInstance
let customer: string
let oauthClients: OAuthClients
beforeAll(async () => {
  test = await createTestApp()
  customer = (await test.signUp()).token
  app = createHttpServer(test.services.config, test.services.log)
  await limitCalls(app, { token: 1_000_000, account: 1_000_000 })
  const registry = registryOf(
    infos.map((info) => ({
      info,
      discover: async function* () {},
      ...(info.steps.includes('oauth') && { oauth: plainProvider('https://shop.test') }),
    })),
  )
  const settings = new Map([['shop-0', { id: 'of the settings', secret: 's' }]])
  oauthClients = createOAuthClients({ ...test.services, registry, settings })
  serveDirectory(app, { ...test.services, oauthClients, registry })
})
afterAll(async () => {
  await app.close()
  await test.close()
})

async function get(path: string, key = organisation) {
  const reply = await app.inject({ url: path, headers: { authorization: `Bearer ${key}` } })
  return { status: reply.statusCode, body: reply.json() }
}

async function list(query: string, key?: string) {
  const { status, body } = await get(`/connector?${query}`, key)
  expect([status, status === 200 ? null : body]).toEqual([200, null])
  return directoryPage.strict().parse(body)
}

const namesOf = ({ items }: { items: { name: string }[] }) => items.map(({ name }) => name)

describe('pages', () => {
  it('joined are the list, each once, and the flag is false on the last one alone', async () => {
    const whole = namesOf(await list('limit=3000'))
    expect(whole).toHaveLength(infos.length)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 80 }), async (limit) => {
        const joined: string[] = []
        for (let offset = 0; ; offset += limit) {
          const page = await list(`limit=${limit}&offset=${offset}`)
          expect(page).toMatchObject({ total: infos.length, limit, offset })
          joined.push(...namesOf(page))
          expect(page.has_next_page).toBe(joined.length < infos.length)
          if (!page.has_next_page) break
        }
        expect(joined).toEqual(whole)
      }),
      { numRuns: 30 },
    )
  })

  it('begin anywhere, and hold what stands there', async () => {
    const whole = namesOf(await list('limit=3000'))
    const anywhere = fc.integer({ min: 0, max: 100 })
    await fc.assert(
      fc.asyncProperty(anywhere, anywhere, async (limit, offset) => {
        const page = await list(`limit=${limit}&offset=${offset}`)
        expect(namesOf(page)).toEqual(whole.slice(offset, offset + limit))
        expect(page.has_next_page).toBe(offset + limit < whole.length)
      }),
      { numRuns: 30 },
    )
  })

  it('have fifty where nothing is said, in the order of names', async () => {
    const page = await list('')
    expect(page).toMatchObject({ limit: 50, offset: 0, has_next_page: true })
    const shown = page.items.map(({ display_name: name }) => name)
    expect(shown).toEqual(shown.toSorted((a, b) => a.localeCompare(b, 'en')))
  })

  it.each(['limit=3001', 'limit=-1', 'limit=', 'limit=ten', 'limit=1.5', 'limit=1e2', 'limit=5&limit=6'])(
    'are refused for %s, by the name of the parameter',
    async (query) => {
      const { status, body } = await get(`/connector?${query}`)
      expect([status, body.error, Object.keys(body.data.paths)]).toEqual([400, 'BadRequest', ['limit']])
    },
  )

  it.each([
    'offset=-1',
    'expand=scheme',
    'category=Shops',
    'stage=released',
    'auth_type=basic',
    'colour=red',
  ])('are refused for %s', async (query) => {
    const { status, body } = await get(`/connector?${query}`)
    const [name = ''] = query.split('=')
    expect([status, body.error]).toEqual([400, 'BadRequest'])
    expect(Object.keys(body.data.paths)[0]?.split('.')[0]).toBe(name)
  })
})

describe('what is asked for', () => {
  it.each([
    ['category=Accounting', ['acorn']],
    ['auth_type=API_KEY', ['acorn']],
    ['stage=beta,hidden', ['acorn', 'old']],
    ['stage=beta&stage=hidden', ['acorn', 'old']],
    ['q=ledger', ['acorn']],
    ['q=BOOKS%20acc', ['acorn']],
    ['q=platform.old', ['old']],
    ['q=cheese', []],
    ['category=Accounting&q=old', []],
  ])('by %s', async (query, expected) => {
    const page = await list(query)
    expect([namesOf(page), page.total, page.has_next_page]).toEqual([expected, expected.length, false])
  })

  it.each([
    'expand=schemas,integrations',
    'expand=schemas&expand=integrations',
    'expand[]=schemas&expand[]=integrations',
  ])('comes along with %s', async (expand) => {
    const { items } = await list(`q=acorn&${expand}`)
    expect(items[0]).toMatchObject({ schemas: { connect_output: { type: 'object' } }, integrations: [] })
  })

  it('is left out where nobody asks', async () => {
    const { items } = await list('q=acorn')
    expect(Object.keys(items[0] ?? {})).not.toEqual(expect.arrayContaining(['schemas']))
    expect(items[0]).not.toHaveProperty('integrations')
  })
})

describe('one connector', () => {
  it.each(['acorn', 'platform.acorn'])('is found by %s', async (name) => {
    const { status, body } = await get(`/connector/${name}`)
    expect(status).toBe(200)
    expect(directoryConnector.strict().parse(body)).toMatchObject({
      name: 'acorn',
      display_name: 'Acorn Books',
      logo_url: `${test.services.config.url}/connectors/acorn/logo.svg`,
      stage: 'beta',
      platforms: ['web'],
      category: 'Accounting',
      auth_type: 'API_KEY',
      required_scopes: [],
      has_openint_credentials: false,
    })
  })

  it('that is none is not there', async () => {
    expect(await get('/connector/nothing')).toMatchObject({ status: 404, body: { error: 'NotFound' } })
  })

  it('has credentials where the operator has its client', async () => {
    const has = async (slug: string) =>
      (await get(`/connector/${slug}`)).body.has_openint_credentials as boolean
    expect([await has('shop-0'), await has('shop-1')]).toEqual([true, false])
    const { database } = test.services
    const given = { type: 'platform.shop-1', client_id: 'of a row', client_secret: 's' }
    const of = (owner: number | null) => database.write((tx) => oauthClients.create(tx, owner, given))
    await of(1)
    expect(await has('shop-1')).toBe(false)
    const { id } = await of(null)
    expect(await has('shop-1')).toBe(true)
    const { items } = await list('q=shop-1')
    const listed = items.find(({ name }) => name === 'shop-1')
    expect(listed).toMatchObject({ has_openint_credentials: true })
    await database.write((tx) => oauthClients.remove(tx, null, id, { force: false }))
    expect(await has('shop-1')).toBe(false)
  })
})

describe('who asks', () => {
  it('as an account sees what it can connect', async () => {
    const page = await list('limit=3000', customer)
    expect(namesOf(page)).not.toContain('old')
    expect(page.total).toBe(infos.length - 1)
    expect(namesOf(await list('stage=hidden', customer))).toEqual([])
    // A source of it may be there: by its name it is found.
    expect((await get('/connector/old', customer)).status).toBe(200)
  })

  it.each([
    'nobody',
    '',
    `${partner.partner_id}:wrong`,
    `other:${partner.partner_secret}`,
    `${partner.partner_id}:`,
    `:${partner.partner_secret}`,
  ])('with the key "%s" is a stranger', async (key) => {
    expect(await get('/connector', key)).toMatchObject({ status: 401, body: { error: 'Unauthorized' } })
    expect(await get('/connector/acorn', key)).toMatchObject({ status: 401, body: { error: 'Unauthorized' } })
  })

  it('with a token that was revoked is one, too', async () => {
    const gone = (await test.signUp('gone@acme.test')).token
    const holder = await test.services.accessTokens.authenticate(gone)
    await test.services.database.write((tx) =>
      test.services.accessTokens.revoke(tx, holder!.accountId, holder!.tokenId, { force: true }),
    )
    expect((await get('/connector', gone)).status).toBe(401)
  })
})
