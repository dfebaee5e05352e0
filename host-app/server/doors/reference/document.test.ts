import { createConfig, lintFromString } from '@redocly/openapi-core'
import { accountEvents, accountEventTypes } from '@bobbin/shared/account-events'
import { api } from '@bobbin/shared/api'
import { errorsOf, type Endpoint } from '@bobbin/shared/api/endpoint'
import { errorReasons, type ReasonFacts } from '@bobbin/shared/error-reasons'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createSendDelivery } from '../../nouns/webhooks/send-delivery.ts'
import { openApiDocument } from './document.ts'
import { examples } from './examples.ts'
import { statusesOf } from './failures.ts'
import { schemaNames } from './schema-names.ts'
import { createSchemaWriter } from './schemas.ts'

const document = openApiDocument({ url: 'https://connect.test', version: '1.2.3' })
const endpoints: [string, Endpoint][] = Object.entries(api)

const responseShape = z.looseObject({ content: z.record(z.string(), z.looseObject({})).optional() })
const operationShape = z.looseObject({
  operationId: z.string(),
  tags: z.array(z.string()),
  parameters: z.array(z.record(z.string(), z.unknown())).default([]),
  responses: z.record(z.string(), z.looseObject({ $ref: z.string().optional() })),
})
const deliveryHeader = z.looseObject({
  name: z.string(),
  in: z.literal('header'),
  required: z.boolean().default(false),
  description: z.string().min(20),
  schema: z.looseObject({ pattern: z.string().optional(), const: z.string().optional() }),
})
const paths = z.record(z.string(), z.record(z.string(), operationShape)).parse(document['paths'])
const components = z.record(z.string(), z.record(z.string(), z.looseObject({}))).parse(document['components'])

function operationOf({ method, path }: Endpoint) {
  const operation = paths[path.replaceAll(/:([a-z_]+)/g, '{$1}')]?.[method.toLowerCase()]
  if (!operation) throw new Error(`${method} ${path} is not in the document`)
  return operation
}

it('satisfies the rules that are recommended for such documents', async () => {
  const config = await createConfig({ extends: ['recommended'] })
  const problems = await lintFromString({ source: JSON.stringify(document), config })
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([])
})

describe('every endpoint', () => {
  it.each(endpoints)('%s stands in it under its name and chapter', (name, endpoint) => {
    expect(operationOf(endpoint)).toMatchObject({ operationId: name, tags: [endpoint.chapter] })
  })

  it.each(endpoints)('%s tells each of its failures under each of its statuses', (_, endpoint) => {
    const { responses } = operationOf(endpoint)
    for (const code of errorsOf(endpoint)) {
      for (const status of statusesOf(code)) {
        const name = responses[status]?.$ref?.replace('#/components/responses/', '')
        const { content } = responseShape.parse(components['responses']?.[name ?? ''])
        expect([code, status, JSON.stringify(content)]).toEqual([
          code,
          status,
          expect.stringContaining(`"${code}"`),
        ])
      }
    }
  })

  it.each(endpoints)('%s has the parameters of its path', (_, endpoint) => {
    const wanted = [...endpoint.path.matchAll(/:([a-z_]+)/g)].map(([, name]) => name)
    const found = operationOf(endpoint).parameters.filter((parameter) => parameter['in'] === 'path')
    expect(found.map(({ name }) => name)).toEqual(wanted)
  })
})

it('tells each reason of a refused token under its own status', () => {
  const { responses } = operationOf(api.claimFlow)
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '409']))
})

/** Every part of a document that is a schema of an object with named fields. */
function objectsIn(part: unknown, at = ''): [string, Record<string, unknown>][] {
  if (typeof part !== 'object' || part === null) return []
  const inner = Object.entries(part).flatMap(([key, value]) => objectsIn(value, `${at}/${key}`))
  return 'properties' in part && 'type' in part && part.type === 'object'
    ? [[at, { ...part }], ...inner]
    : inner
}

it.each(endpoints.filter(([, { body }]) => body))(
  '%s takes no field that it does not know',
  (_, { body }) => {
    // Read without names, so that every part of the body is there to be looked at.
    const schema = z.toJSONSchema(body ?? z.never(), { io: 'input' })
    const open = objectsIn(schema).filter(
      ([, { additionalProperties }]) => additionalProperties === undefined,
    )
    expect(open.map(([at]) => at)).toEqual([])
  },
)

it('tells every reason that a caller of the API meets, and when it is so', () => {
  const text = JSON.stringify(document)
  const told = Object.values(errorReasons).flatMap((reasons: Readonly<Record<string, ReasonFacts>>) =>
    Object.entries(reasons).filter(([, { met }]) => met === undefined),
  )
  expect(told.length).toBeGreaterThan(20)
  const isMissing = ([reason, { sentence }]: [string, ReasonFacts]) =>
    !text.includes(JSON.stringify(`\`${reason}\`: ${sentence}`).slice(1, -1))
  expect(told.filter(isMissing)).toEqual([])
})

it.each(endpoints.filter(([, { query }]) => query))(
  '%s says what each parameter of its query does',
  (_, endpoint) => {
    const found = operationOf(endpoint).parameters.filter((parameter) => parameter['in'] === 'query')
    expect(found.map(({ name }) => name)).toEqual(Object.keys(endpoint.query?.shape ?? {}))
    for (const { name, description } of found) {
      expect([name, description]).toEqual([name, expect.stringMatching(/^[A-Z`].{10,}\.$/)])
      if (name === 'limit') expect(description).toMatch(/\d|at most/)
    }
  },
)

it('says how many a page has where nothing is asked for', () => {
  const [limit] = operationOf(api.listSources).parameters.filter(({ name }) => name === 'limit')
  expect(limit?.['description']).toContain('100 where nothing is said')
  const [all] = operationOf(api.listEvents).parameters.filter(({ name }) => name === 'limit')
  expect(all).toMatchObject({ schema: { default: 1_000 } })
})

it.each(Object.entries(accountEvents))('says of %s what each field of its data is', (type, { data }) => {
  const tags = z.array(z.object({ name: z.string(), description: z.string() })).parse(document['tags'])
  const intro = tags.find(({ name }) => name === 'Events')?.description ?? ''
  const own = intro.slice(intro.indexOf(`**\`${type}\`**`)).split('\n\n')[1] ?? ''
  const shape: Readonly<Record<string, z.ZodType>> = data.shape
  for (const [name, { description }] of Object.entries(shape)) {
    expect([name, description]).toEqual([name, expect.stringMatching(/^[A-Z`].*\.$/)])
    expect(own).toContain(`- \`${name}\`: ${description}`)
  }
})

it.each([
  ['Checks', 'every second or two'],
  ['Events', 'every ten seconds or so'],
  ['Streams', 'A view needs a key, a table a method'],
])('says in the chapter %s: %s', (chapter, words) => {
  const tags = z.array(z.object({ name: z.string(), description: z.string() })).parse(document['tags'])
  expect(tags.find(({ name }) => name === chapter)?.description).toContain(words)
})

it('tells what is sent to webhooks, for every type of event', () => {
  expect(Object.keys(document['webhooks'] ?? {}).toSorted()).toEqual([...accountEventTypes].toSorted())
})

/** A delivery as a receiver gets it, signed by as many secrets. */
async function sentHeaders(secrets: string[], isReplay: boolean): Promise<Headers> {
  let sent = new Headers()
  const fetch = async (_: unknown, init?: RequestInit) => {
    sent = new Headers(init?.headers)
    return new Response()
  }
  const event = { id: 'evt_1', seq: 1, at: 0, type: 'source.deleted', data: { source_id: 1 } }
  const message = { url: 'https://hooks.test/', secrets, accountId: 1, event, isReplay }
  await createSendDelivery({ outbound: { fetch }, now: Date.now })(message, AbortSignal.timeout(5_000))
  return sent
}

it.each(accountEventTypes)('tells with which headers %s is sent', async (type) => {
  const webhooks = z.record(z.string(), z.object({ post: operationShape })).parse(document['webhooks'])
  const parameters = (webhooks[type]?.post.parameters ?? []).map(({ $ref }) => {
    return deliveryHeader.parse(components['parameters']?.[String($ref).split('/').at(-1) ?? ''])
  })
  const names = parameters.map(({ name }) => name)
  expect(names).toEqual(['webhook-id', 'webhook-timestamp', 'webhook-signature', 'bobbin-replayed'])
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  for (const headers of [await sentHeaders([secret], false), await sentHeaders([secret, secret], true)]) {
    for (const { name, required, schema } of parameters) {
      const value = headers.get(name)
      if (value === null) expect([name, required]).toEqual([name, false])
      else expect(value).toMatch(new RegExp(schema.pattern ?? `^${schema.const ?? '.+'}$`))
    }
    // Standard Webhooks' and ours: a new one would have to be told.
    const own = [...headers.keys()].filter((name) => /^(webhook|bobbin)-/.test(name))
    expect(names).toEqual(expect.arrayContaining(own))
  }
})

it('tells both forms in which the events of a flow come', () => {
  for (const endpoint of [api.followFlow, api.followFlowAsBearer]) {
    const reply = responseShape.parse(operationOf(endpoint).responses['200'])
    expect(reply.content).toMatchObject({
      'application/json': {
        schema: { properties: { events: { items: { $ref: '#/components/schemas/RelayEvent' } } } },
      },
      'text/event-stream': { schema: { $ref: '#/components/schemas/RelayEvent' } },
    })
  }
})

it.each([
  ['followCheck', true],
  ['followFlow', false],
  ['listEvents', false],
] as const)('tells of %s whether it ever says that there is no more to come: %s', (name, isTold) => {
  expect('204' in operationOf(api[name]).responses).toBe(isTold)
})

it('knows of no schema that is used nowhere', () => {
  const unused = Object.keys(schemaNames).filter((name) => !(name in (components['schemas'] ?? {})))
  expect(unused).toEqual([])
})

it('names only limits that are ours', () => {
  expect(JSON.stringify(document)).not.toMatch(/9007199254740991/)
})

it('is not made of what JSON Schema cannot say', () => {
  const writer = createSchemaWriter()
  expect(() => writer.output(z.object({ at: z.date() }))).toThrow()
  expect(() => writer.output(z.string().transform(Number))).toThrow()
})

it('names what is sent and what is answered apart where they differ', () => {
  const { output, input, components } = createSchemaWriter()
  const property = schemaNames['ReportCardProperty']
  if (!property) throw new Error('The name is gone.')
  output(property)
  expect(input(property)).toEqual({ $ref: '#/components/schemas/ReportCardPropertyInput' })
  expect(Object.keys(components())).toEqual(['ReportCardProperty', 'ReportCardPropertyInput', 'ShowWhen'])
})

describe('every example', () => {
  it.each(Object.entries(examples))('of %s is one', (name, { body, reply }) => {
    const endpoint = Object.fromEntries(endpoints)[name]
    if (body !== undefined) endpoint?.body?.parse(body)
    // Strictly: an example has no field that the reply would lose.
    if (reply !== undefined) expect(endpoint?.reply?.parse(reply)).toEqual(reply)
    expect(endpoint).toBeDefined()
  })
})
