import { api } from '@bobbin/shared/api'
import { bringsToken, errorsOf, isStrictQuery } from '@bobbin/shared/api/endpoint'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { statusesOf } from '../reference/failures.ts'
import { createContractApp, type Call, type Setting } from './contract-calls.testing.ts'
import {
  cooked,
  expectEnvelope,
  named,
  newSetting,
  send,
  unknown,
  where,
  type Row,
} from './documented-call.testing.ts'
import { recipes } from './contract-recipes.testing.ts'
import type { TestApp } from '../../testing/app.testing.ts'

/*
 * Every row of the table is called for real, well and badly: what comes back is what the document says, and
 * every failure that the document tells of can be met. A new endpoint needs a recipe in contract-recipes.testing.ts.
 */

let test: TestApp
beforeAll(async () => {
  test = await createContractApp()
})
afterAll(() => test.close())

it('every endpoint has a recipe, and every recipe an endpoint', () => {
  expect(Object.keys(recipes).toSorted()).toEqual(Object.keys(api).toSorted())
})

describe('a good call', () => {
  it.each(named(cooked))('of %s is answered as its schema says, and with nothing more', async (_, row) => {
    const setting = await newSetting(test)
    const reply = await send(row, await row.recipe.good(setting), setting)
    const { reply: schema, versioned, status = 200 } = row.endpoint
    expect([reply.statusCode, reply.statusCode >= 400 ? reply.body : '']).toEqual([status, ''])
    if (schema) expect(schema.parse(reply.json())).toEqual(reply.json())
    if (versioned) expect(reply.headers['etag']).toMatch(/^"[\w-]+"$/)
    if (bringsToken(row.endpoint.caller))
      expect(Number(reply.headers['ratelimit-remaining'])).toBeGreaterThan(0)
  })

  it.each(where(({ idempotent }) => idempotent))('of %s is repeated by its key', async (_, row) => {
    const setting = await newSetting(test)
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
    if (!bringsToken(row.endpoint.caller)) return null
    const call = await row.recipe.good(setting)
    const headers = Object.entries(call.headers ?? {}).filter(([name]) => name !== 'authorization')
    return send(row, { ...call, headers: Object.fromEntries(headers) }, { ...setting, account: null })
  },
  'from a page of another origin': async (row, setting) => {
    if (row.endpoint.caller !== 'page') return null
    const call = await row.recipe.good(setting)
    return send(row, { ...call, headers: { ...call.headers, origin: 'https://evil.test' } }, setting)
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
  'with a query that is not documented': async (row, setting) => {
    if (!isStrictQuery(row.endpoint)) return null
    const call = await row.recipe.good(setting)
    return send(row, { ...call, query: { ...call.query, lunch: 'x' } }, setting)
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
    const { idempotent, caller } = row.endpoint
    if (!idempotent) return null
    const headers = { 'idempotency-key': `reused-${row.name}` }
    const isAlike = (one: Row) =>
      one.endpoint.caller === caller || (bringsToken(one.endpoint.caller) && bringsToken(caller))
    const isOther = (one: Row) => one !== row && one.endpoint.idempotent && isAlike(one)
    // The partner has one such call; another account of it is another call.
    const other = cooked.find(isOther) ?? row
    await send(other, { ...(await other.recipe.good(setting)), headers }, setting)
    const call = await row.recipe.good(setting)
    return send(row, { ...call, headers: { ...call.headers, ...headers } }, setting)
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
    limited = await createContractApp({ BOBBIN_RATE_LIMIT_TOKEN: '25', BOBBIN_RATE_LIMIT_ACCOUNT: '25' })
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
      const reply = await meet(row, await newSetting(test))
      if (reply) note(reply, fault)
    }
    for (const [fault, make] of Object.entries(recipe.failing ?? {})) {
      const setting = await newSetting(test)
      note(await send(row, await make(setting), setting), fault)
    }
    if (bringsToken(row.endpoint.caller)) {
      const setting = await newSetting(limited)
      const call = await recipe.good(setting)
      while ((await setting.account.call('GET', '/v4/account')).status !== 429);
      const reply = await send(row, call, setting)
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
      note(reply, 'too often')
    }
    if (!bringsToken(row.endpoint.caller) && errorsOf(endpoint).includes('RateLimited')) {
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
    if (broken && !endpoint.storeless) note(broken, 'while the store is broken')
    if (endpoint.caller === 'anyone' && endpoint.errors.includes('Unauthorized')) {
      const closed = await createContractApp({ BOBBIN_ANONYMOUS_CATALOG: 'false' })
      const setting = await newSetting(closed)
      note(await send(row, await recipe.good(setting), setting), 'where the operator does not allow it')
      await closed.close()
    }

    const documented = errorsOf(endpoint).flatMap((code) =>
      statusesOf(code).map((status) => `${status} ${code}`),
    )
    expect([...met.keys()].toSorted()).toEqual(documented.toSorted())
  })
})
