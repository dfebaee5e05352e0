import { Validator, type Schema } from '@cfworker/json-schema'
import { api } from '@bobbin/shared/api'
import { bringsToken, errorEnvelope, type Endpoint } from '@bobbin/shared/api/endpoint'
import type { LightMyRequestResponse } from 'fastify'
import { expect } from 'vitest'
import { z } from 'zod'
import { openApiDocument } from '../reference/document.ts'
import type { Call, Setting } from './contract-calls.testing.ts'
import type { Recipe } from './contract-page-recipes.testing.ts'
import { recipes } from './contract-recipes.testing.ts'
import type { TestAccount, TestApp } from '../../testing/app.testing.ts'

/*
 * The rows of the table with their recipes, and a way to call one that holds whatever comes back to what the
 * document says.
 */

const document = z
  .looseObject({ paths: z.record(z.string(), z.record(z.string(), z.json())), components: z.json() })
  .parse(openApiDocument({ url: 'https://connect.test', version: '1.0.0' }))

const rows = Object.entries(api).map(([name, row]) => {
  const endpoint: Endpoint = row
  return { name, endpoint, recipe: recipes[name] }
})
export type Row = (typeof rows)[number] & { recipe: Recipe }
export const cooked = rows.filter((row): row is Row => row.recipe !== undefined)
export const named = (list: readonly Row[]) => list.map((row) => [row.name, row] as const)
export const where = (wanted: (endpoint: Endpoint) => unknown) =>
  named(cooked.filter(({ endpoint }) => wanted(endpoint)))

/** What an address has in the place of an id that it was not given. */
export const unknown = 'nope'

let accounts = 0
/** An account of its own for a test. */
export async function newSetting(on: TestApp): Promise<Setting> {
  accounts += 1
  return { test: on, account: await on.signUp(`contract-${accounts}@acme.test`) }
}

/** Sends a call as the account, and checks what is true of every reply. */
export async function send(
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
      ...(account && bringsToken(endpoint.caller) ? { authorization: `Bearer ${account.token}` } : {}),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  })
  if (reply.statusCode >= 400) expectEnvelope(reply)
  expectDocumented(name, endpoint, reply)
  return reply
}

export function expectEnvelope(reply: LightMyRequestResponse) {
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
