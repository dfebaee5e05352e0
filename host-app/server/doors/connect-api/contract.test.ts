import { Validator, type Schema } from '@cfworker/json-schema'
import { api } from '@bobbin/shared/api'
import { errorEnvelope, errorsOf, type Endpoint } from '@bobbin/shared/api/endpoint'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openApiDocument } from '../reference/document.ts'
import { statusesOf } from '../reference/failures.ts'
import { createContractApp, type Call, type Setting } from './contract-calls.testing.ts'
import { recipes, type Recipe } from './contract-recipes.testing.ts'
import type { TestAccount, TestApp } from '../../testing/app.testing.ts'

/*
 * Every row of the table is called for real, well and badly: what comes back is what the document says, and
 * every failure that the document tells of can be met. A new endpoint needs a recipe in contract-recipes.testing.ts.
 */

const document = z
  .looseObject({ paths: z.record(z.string(), z.record(z.string(), z.json())), components: z.json() })
  .parse(openApiDocument({ url: 'https://connect.test', version: '1.0.0' }))

const rows = Object.entries(api).map(([name, row]) => {
  const endpoint: Endpoint = row
  return { name, endpoint, recipe: recipes[name] }
})
type Row = (typeof rows)[number] & { recipe: Recipe }
const cooked = rows.filter((row): row is Row => row.recipe !== undefined)
const named = (list: readonly Row[]) => list.map((row) => [row.name, row] as const)
const where = (wanted: (endpoint: Endpoint) => unknown) =>
  named(cooked.filter(({ endpoint }) => wanted(endpoint)))

const unknown = 'nope'

let test: TestApp
beforeAll(async () => {
  test = await createContractApp()
})
afterAll(() => test.close())

let accounts = 0
async function newSetting(on: TestApp = test): Promise<Setting> {
  accounts += 1
  return { test: on, account: await on.signUp(`contract-${accounts}@acme.test`) }
}

/** Sends a call as the account, and checks what is true of every reply. */
async function send(
  { name, endpoint }: Pick<Row, 'name' | 'endpoint'>,
  { params = {}, query = {}, body, headers = {} }: Call,
  { account, test: { app } }: Pick<Setting, 'test'> & { account: TestAccount | null },
  payload = body === undefined ? undefined : JSON.stringify(body),
): Promise<LightMyRequestResponse> {
  const path = endpoint.path.replaceAll(/:([a-z_]+)/g, (_, key: string) =>
    encodeURIComponent(params[key] ?? unknown),
  )
  const reply = await app.inject({
    method: endpoint.method,
    url: `${path}${Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : ''}`,
    headers: {
      ...(account && endpoint.caller === 'account' ? { authorization: `Bearer ${account.token}` } : {}),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  })
  if (reply.statusCode >= 400) expectEnvelope(reply)
  expectDocumented(name, endpoint, reply)
  return reply
}

function expectEnvelope(reply: LightMyRequestResponse) {
  const envelope = errorEnvelope.strict().parse(reply.json())
  expect(envelope.request_id).toBe(reply.headers['x-request-id'])
  expect(reply.headers['content-type']).toBe('application/json; charset=utf-8')
  return envelope
}

/** The status is documented, and the body is what is documented for it. */
function expectDocumented(name: string, { path, method }: Endpoint, reply: LightMyRequestResponse) {
  const at = [
    'paths',
    path.replaceAll(/:([a-z_]+)/g, '{$1}'),
    method.toLowerCase(),
    'responses',
    reply.statusCode,
  ]
  const response = resolve(at.reduce<unknown>(step, document))
  expect([name, reply.statusCode, response]).toEqual([name, reply.statusCode, expect.any(Object)])
  if (!String(reply.headers['content-type']).startsWith('application/json')) return
  const schema = ['content', 'application/json', 'schema'].reduce<unknown>(step, response)
  const validator = validatorOf(schema as Schema)
  expect([name, reply.statusCode, validator.validate(reply.json()).errors]).toEqual([
    name,
    reply.statusCode,
    [],
  ])
}

/** Made once for each schema: the whole document is resolved for each. */
const validators = new Map<Schema, Validator>()
function validatorOf(schema: Schema): Validator {
  const validator =
    validators.get(schema) ?? new Validator({ ...schema, components: document.components }, '2020-12')
  validators.set(schema, validator)
  return validator
}

const step = (part: unknown, key: string | number): unknown =>
  typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined

function resolve(part: unknown): unknown {
  const pointer = step(part, '$ref')
  return typeof pointer === 'string' ? pointer.slice(2).split('/').reduce<unknown>(step, document) : part
}

it('every endpoint has a recipe, and every recipe an endpoint', () => {
  expect(Object.keys(recipes).toSorted()).toEqual(Object.keys(api).toSorted())
})

describe('a good call', () => {
  it.each(named(cooked))('of %s is answered as its schema says, and with nothing more', async (_, row) => {
    const setting = await newSetting()
    const reply = await send(row, await row.recipe.good(setting), setting)
    expect([reply.statusCode, reply.statusCode >= 400 ? reply.body : '']).toEqual([200, ''])
    const { reply: schema, versioned, caller } = row.endpoint
    if (schema) expect(schema.parse(reply.json())).toEqual(reply.json())
    if (versioned) expect(reply.headers['etag']).toMatch(/^"[\w-]+"$/)
    if (caller === 'account') expect(Number(reply.headers['ratelimit-remaining'])).toBeGreaterThan(0)
  })

  it.each(where(({ idempotent }) => idempotent))('of %s is repeated by its key', async (_, row) => {
    const setting = await newSetting()
    const call = await row.recipe.good(setting)
    const headers = { ...call.headers, 'idempotency-key': `repeat-${row.name}` }
    const first = await send(row, { ...call, headers }, setting)
    const again = await send(row, { ...call, headers }, setting)
    expect([again.statusCode, again.json()]).toEqual([200, first.json()])
    expect(again.headers['idempotency-replayed']).toBe('true')
  })
})

/** Failures that come with caller and input: for every endpoint that documents them. */
const commonFaults: Readonly<
  Record<string, (row: Row, setting: Setting) => Promise<LightMyRequestResponse | null>>
> = {
  'without a token': async (row, setting) => {
    if (row.endpoint.caller !== 'account') return null
    return send(row, await row.recipe.good(setting), { ...setting, account: null })
  },
  'about what is not there': async (row, setting) => {
    if (!row.endpoint.params) return null
    const call = await row.recipe.good(setting)
    const [last] = Object.keys(call.params ?? {}).slice(-1)
    return send(row, { ...call, params: { ...call.params, [last ?? '']: unknown } }, setting)
  },
  'about a source that is not there': async (row, setting) => {
    if (!row.endpoint.path.startsWith('/v4/sources/:id')) return null
    const call = await row.recipe.good(setting)
    return send(row, { ...call, params: { ...call.params, id: 999_999 } }, setting)
  },
  'with a query that is none': async (row, setting) => {
    if (!row.endpoint.query) return null
    const call = await row.recipe.good(setting)
    const { properties } = z.toJSONSchema(row.endpoint.query, { io: 'input' })
    const query = Object.fromEntries(Object.keys(properties ?? {}).map((key) => [key, 'x'.repeat(300)]))
    return send(row, { ...call, query }, setting)
  },
  'with malformed JSON': async (row, setting) => {
    if (row.endpoint.method === 'GET') return null
    return send(row, await row.recipe.good(setting), setting, '{"a":')
  },
  'with more than it takes': async (row, setting) => {
    const { method, bodyLimit = 1024 * 1024 } = row.endpoint
    if (method === 'GET') return null
    return send(row, await row.recipe.good(setting), setting, JSON.stringify('x'.repeat(bodyLimit)))
  },
  'with a body of another kind': async (row, setting) => {
    if (row.endpoint.method === 'GET') return null
    const call = await row.recipe.good(setting)
    return send(row, { ...call, headers: { ...call.headers, 'content-type': 'text/xml' } }, setting, '<a/>')
  },
  'with a key that is none': async (row, setting) => {
    if (!row.endpoint.idempotent) return null
    const call = await row.recipe.good(setting)
    return send(row, { ...call, headers: { ...call.headers, 'idempotency-key': 'a b' } }, setting)
  },
  "with another call's key": async (row, setting) => {
    if (!row.endpoint.idempotent) return null
    const call = await row.recipe.good(setting)
    const headers = { ...call.headers, 'idempotency-key': `reused-${row.name}` }
    await send(row, { ...call, headers }, setting)
    return send(row, { ...call, headers, query: { another: 'call' } }, setting)
  },
  'against another version': async (row, setting) => {
    if (row.endpoint.versioned !== 'if-match') return null
    const call = await row.recipe.good(setting)
    return send(row, { ...call, headers: { ...call.headers, 'if-match': '"another"' } }, setting)
  },
}

describe('every documented failure', () => {
  let limited: TestApp
  const onBrokenStore = new Map<string, LightMyRequestResponse>()
  beforeAll(async () => {
    limited = await createContractApp({ BOBBIN_RATE_LIMIT_TOKEN: '25' })
    const broken = await createContractApp()
    const calls: [Row, Setting, Call][] = []
    for (const row of cooked) {
      const setting = await newSetting(broken)
      calls.push([row, setting, await row.recipe.good(setting)])
    }
    await broken.services.database.close()
    for (const [row, setting, call] of calls) onBrokenStore.set(row.name, await send(row, call, setting))
    await broken.close()
  })
  afterAll(() => limited.close())

  it.each(named(cooked))('of %s is met, and no other', async (_, row) => {
    const { endpoint, recipe } = row
    const met = new Map<string, string>()
    const note = (reply: LightMyRequestResponse, fault: string) => {
      expect([fault, reply.statusCode, reply.body]).toEqual([
        fault,
        expect.toSatisfy((n) => n >= 400),
        reply.body,
      ])
      met.set(`${reply.statusCode} ${expectEnvelope(reply).error}`, fault)
    }
    for (const [fault, meet] of Object.entries(commonFaults)) {
      const reply = await meet(row, await newSetting())
      if (reply) note(reply, fault)
    }
    for (const [fault, make] of Object.entries(recipe.failing ?? {})) {
      const setting = await newSetting()
      note(await send(row, await make(setting), setting), fault)
    }
    if (endpoint.caller === 'account') {
      const setting = await newSetting(limited)
      const call = await recipe.good(setting)
      while ((await setting.account.call('GET', '/v4/account')).status !== 429);
      const reply = await send(row, call, setting)
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
      note(reply, 'too often')
    }
    if (endpoint.caller !== 'account' && errorsOf(endpoint).includes('RateLimited')) {
      const guarded = await createContractApp({ BOBBIN_RATE_LIMIT_REFUSED: '1' })
      const setting = await newSetting(guarded)
      const call = await recipe.good(setting)
      const wrong =
        endpoint.caller === 'partner'
          ? { body: { ...(call.body as object), partner_secret: 'another secret of a good length' } }
          : { params: { ...call.params, id: unknown } }
      await send(row, { ...call, ...wrong }, setting)
      note(await send(row, call, setting), 'after too many wrong attempts')
      await guarded.close()
    }
    const broken = onBrokenStore.get(row.name)
    if (broken) note(broken, 'while the store is broken')

    const documented = errorsOf(endpoint).flatMap((code) =>
      statusesOf(code).map((status) => `${status} ${code}`),
    )
    expect([...met.keys()].toSorted()).toEqual(documented.toSorted())
  })
})

describe('what is in an account', () => {
  const ofAccount = where(({ caller, params }) => caller === 'account' && params)

  it.each(ofAccount.filter(([name]) => name !== 'getSourceType'))(
    'is to another as if it were not there: %s',
    async (_, row) => {
      const [owner, stranger] = [await newSetting(), await newSetting()]
      const call = await row.recipe.good(owner)
      const theirs = await send(row, call, stranger)
      const missing = Object.fromEntries(
        Object.entries(call.params ?? {}).map(([key, value]) => [key, unknownLike(value)]),
      )
      const absent = await send(row, { ...call, params: missing }, stranger)
      expect(theirs.statusCode).toBe(404)
      expect(allTold(theirs, call.params)).toEqual(allTold(absent, missing))
      // And it is as it was.
      expect((await send(row, call, owner)).statusCode).toBe(200)
    },
  )

  const unknownLike = (value: string | number) =>
    typeof value === 'number' ? 987_654_321 : value.replaceAll(/[0-9a-z]/gi, 'x')

  /** All that a reply tells, but for its own id and the ids that were asked for. */
  function allTold(reply: LightMyRequestResponse, params: Call['params'] = {}) {
    const told = { ...expectEnvelope(reply), request_id: '' }
    // The status stays out of it: an id may be 40.
    const text = Object.values(params).reduce<string>(
      (words, value) => words.replaceAll(String(value), '?'),
      JSON.stringify(told),
    )
    return [reply.statusCode, text]
  }
})

describe('a body', () => {
  const withBody = where(({ body }) => body)
  // A Singer config has the keys that its tap wants.
  const withFields = where(({ body }) => body && !(body instanceof z.ZodRecord))

  it.each(withFields)('of %s has no field that is not documented', async (_, row) => {
    const setting = await newSetting()
    const call = await row.recipe.good(setting)
    const reply = await send(row, { ...call, body: { ...(call.body as object), is_admin: true } }, setting)
    expect(expectEnvelope(reply)).toMatchObject({ error: 'InvalidBody' })
  })

  it.each(withFields)('of %s has no field of another type', async (_, row) => {
    const setting = await newSetting()
    const call = await row.recipe.good(setting)
    for (const field of Object.keys(call.body as object)) {
      const reply = await send(row, { ...call, body: { ...(call.body as object), [field]: [[1]] } }, setting)
      expect([field, reply.statusCode]).toEqual([field, 400])
    }
  })

  it.each(withBody)('of %s is an object', async (_, row) => {
    const setting = await newSetting()
    const call = await row.recipe.good(setting)
    const isOpen = row.endpoint.body instanceof z.ZodRecord
    const junk = isOpen ? [] : ['{"__proto__":{"a":1},"nope":1}']
    for (const payload of ['[]', '"text"', '7', 'null', ...junk]) {
      const reply = await send(row, call, setting, payload)
      expect([payload, reply.statusCode]).toEqual([payload, 400])
    }
  })
})

describe('an address', () => {
  const junk = [
    '0',
    '-1',
    '1.5',
    '1e3',
    '99999999999999999999',
    '__proto__',
    '%00',
    "'",
    '🧵',
    'x'.repeat(400),
  ]

  it.each(where(({ params }) => params))('of %s that cannot be one leads nowhere', async (_, row) => {
    const setting = await newSetting()
    const call = await row.recipe.good(setting)
    for (const key of Object.keys(call.params ?? {})) {
      for (const value of junk) {
        const reply = await send(row, { ...call, params: { ...call.params, [key]: value } }, setting)
        expect([key, value, reply.statusCode]).toEqual([key, value, 404])
      }
    }
  })

  it.each(named(cooked))('of %s has its method and no other', async (_, row) => {
    const url = row.endpoint.path.replaceAll(/:[a-z_]+/g, '7')
    expect(test.app.hasRoute({ method: row.endpoint.method, url: row.endpoint.path })).toBe(true)
    for (const method of ['PATCH', 'HEAD', 'OPTIONS'] as const) {
      const reply = await test.app.inject({ method, url })
      const isPreflight = method === 'OPTIONS' && url.startsWith('/flows/')
      expect([method, reply.statusCode]).toEqual([method, isPreflight ? 204 : 404])
      if (method === 'PATCH') expect(expectEnvelope(reply)).toMatchObject({ error: 'NotFound' })
    }
  })
})
