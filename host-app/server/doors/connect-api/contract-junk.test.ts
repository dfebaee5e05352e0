import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isStrictQuery } from '@bobbin/shared/api/endpoint'
import { createContractApp } from './contract-calls.testing.ts'
import { cooked, expectEnvelope, named, newSetting, send, where } from './documented-call.testing.ts'
import type { TestApp } from '../../testing/app.testing.ts'

let test: TestApp
beforeAll(async () => {
  test = await createContractApp()
})
afterAll(() => test.close())

describe('a body', () => {
  const withBody = where(({ body }) => body)
  // A Singer config has the keys that its tap wants: `byName` says no more than that it is an object.
  const withFields = where(({ body }) => body && !(body instanceof z.ZodUnknown))

  it.each(withFields)('of %s has no field that is not documented', async (_, row) => {
    const setting = await newSetting(test)
    const call = await row.recipe.good(setting)
    const reply = await send(row, { ...call, body: { ...(call.body as object), is_admin: true } }, setting)
    expect(expectEnvelope(reply)).toMatchObject({ error: 'InvalidBody' })
  })

  it.each(withFields)('of %s has no field of another type', async (_, row) => {
    const setting = await newSetting(test)
    const call = await row.recipe.good(setting)
    for (const field of Object.keys(call.body as object)) {
      const reply = await send(row, { ...call, body: { ...(call.body as object), [field]: [[1]] } }, setting)
      expect([field, reply.statusCode]).toEqual([field, 400])
    }
  })

  it.each(withBody)('of %s is an object', async (_, row) => {
    const setting = await newSetting(test)
    const call = await row.recipe.good(setting)
    const isOpen = row.endpoint.body instanceof z.ZodUnknown
    const junk = isOpen ? [] : ['{"__proto__":{"a":1},"nope":1}']
    for (const payload of ['[]', '"text"', '7', 'null', ...junk]) {
      const reply = await send(row, call, setting, payload)
      expect([payload, reply.statusCode]).toEqual([payload, 400])
    }
  })
})

describe('a query', () => {
  it.each(where(isStrictQuery))('of %s has no parameter that is not documented', async (_, row) => {
    const setting = await newSetting(test)
    const call = await row.recipe.good(setting)
    const known = Object.keys(row.endpoint.query?.shape ?? {})
    // Others' spellings, names that every object has, and what comes twice or without a value.
    for (const name of ['lunch', 'pageSize', '__proto__', 'constructor', 'toString', 'limit[]', '']) {
      const reply = await send(row, { ...call, query: { ...call.query, [name]: '' } }, setting)
      const { error, message, data } = expectEnvelope(reply)
      expect([name, error, data['reason']]).toEqual([name, 'BadRequest', 'unknown_parameter'])
      expect(Object.keys(data['paths'] as object)).toEqual([name])
      expect(message).toContain(known.length > 0 ? `It takes ${known.join(', ')}.` : 'It takes none.')
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
    const setting = await newSetting(test)
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
      const isPreflight = method === 'OPTIONS' && /^\/(flows\/|connector\b|api\/)/.test(url)
      expect([method, reply.statusCode]).toEqual([method, isPreflight ? 204 : 404])
      if (method === 'PATCH') expect(expectEnvelope(reply)).toMatchObject({ error: 'NotFound' })
    }
  })
})
