import { bringsToken, type Caller, type Endpoint } from '@bobbin/shared/api/endpoint'
import { z } from 'zod'
import { examples } from './examples.ts'
import { failureResponses, rateLimitHeaders } from './failures.ts'
import type { Json, SchemaWriter } from './schemas.ts'

/** One row of the table as an operation of the document. */
export function operation(name: string, endpoint: Endpoint, schemas: SchemaWriter): Json {
  const { chapter, summary, caller, body } = endpoint
  const parameters = [
    ...pathParameters(endpoint, schemas),
    ...queryParameters(endpoint, schemas),
    ...headerParameters(endpoint),
  ]
  return {
    operationId: name,
    tags: [chapter],
    summary: firstSentence(summary),
    description: [summary, ...notes(endpoint)].join('\n\n'),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: requestBody(name, body, schemas) } : {}),
    responses: { ...success(name, endpoint, schemas), ...failureResponses(endpoint) },
    security: caller === 'app_key' && body ? [...security.app_key, {}] : security[caller],
  }
}

const security: Readonly<Record<Caller, Json[]>> = {
  account: [{ access_token: [] }],
  key: [{ access_token: [] }, { organisation_key: [] }],
  reader: [{ customer_token: [] }, { access_token: [] }, { organisation_key: [] }],
  page: [{ customer_token: [] }, { page_session: [] }],
  app_key: [{ app_key: [] }],
  // Credentials in the body, a flow's key among them, are no scheme that the document has a word for.
  partner: [{}],
  anyone: [{}],
}

function notes({ caller, idempotent, versioned, streamed, compressed, reply, event }: Endpoint): string[] {
  return [
    caller === 'partner' ? 'The caller is the partner: its credentials stand in the body.' : null,
    idempotent
      ? 'With an `Idempotency-Key` the call may be repeated for a day: nothing is done twice, the answer is the same.'
      : null,
    versioned === 'if-match' ? 'With `If-Match` it is refused when somebody else was quicker.' : null,
    streamed
      ? 'It may be long: it comes while it is read, compressed for whoever takes gzip. A reply that breaks off is none.'
      : null,
    compressed ? 'It is compressed for whoever takes gzip.' : null,
    event
      ? `${reply ? 'The stream is of server' : 'Server'}-sent events; \`data\` of each is JSON. Resumes after the last one that was seen.`
      : null,
  ].filter((note) => note !== null)
}

function pathParameters({ params }: Endpoint, schemas: SchemaWriter): Json[] {
  // What a path holds is text; its parsed form says more of what it must be.
  return params
    ? fields(schemas.output(params)).map((field) => ({ ...field, in: 'path', required: true }))
    : []
}

function queryParameters({ query }: Endpoint, schemas: SchemaWriter): Json[] {
  if (!query) return []
  return fields(schemas.input(query)).map(({ schema, ...field }) => {
    const { description, ...rest } = schema as Json
    return { ...field, in: 'query', description, schema: rest }
  })
}

function fields({
  properties = {},
  required = [],
}: Json): { name: string; required: boolean; schema: unknown }[] {
  const needed = new Set(required as string[])
  return Object.entries(properties as Json).map(([name, schema]) => {
    return { name, required: needed.has(name), schema }
  })
}

function headerParameters({ idempotent, versioned, conditional, event }: Endpoint): Json[] {
  const named = (name: string) => ({ $ref: `#/components/parameters/${name}` })
  return [
    ...(idempotent ? [named('Idempotency-Key')] : []),
    ...(versioned === 'if-match' ? [named('If-Match')] : []),
    ...(conditional ? [named('If-None-Match')] : []),
    ...(event ? [named('Last-Event-ID')] : []),
  ]
}

function requestBody(name: string, body: z.ZodType, schemas: SchemaWriter): Json {
  const isOptional = body instanceof z.ZodOptional
  const schema = schemas.input(isOptional ? (body.unwrap() as z.ZodType) : body)
  return {
    required: !isOptional,
    content: { 'application/json': { schema, ...exampleOf(name, 'body') } },
  }
}

function success(
  name: string,
  { caller, reply, event, versioned, conditional, idempotent, status = 200 }: Endpoint,
  schemas: SchemaWriter,
): Json {
  const headers = {
    'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' },
    ...(bringsToken(caller) ? rateLimitHeaders : {}),
    ...(versioned ? { ETag: { $ref: '#/components/headers/ETag' } } : {}),
    ...(idempotent ? { 'Idempotency-Replayed': { $ref: '#/components/headers/Idempotency-Replayed' } } : {}),
  }
  const content = {
    ...(reply ? { 'application/json': { schema: schemas.output(reply), ...exampleOf(name, 'reply') } } : {}),
    ...(event ? { 'text/event-stream': { schema: schemas.output(event) } } : {}),
  }
  return {
    [status]: {
      description: !event ? 'Done.' : reply ? 'Done, or the stream.' : 'The stream.',
      headers,
      content,
    },
    ...(conditional ? { 304: { description: 'What was read is still so.', headers } } : {}),
    // A stream that has a reply beside it is never at its end.
    ...(event && !reply
      ? { 204: { description: 'All was seen, and nothing more will come: stop asking.' } }
      : {}),
  }
}

function exampleOf(name: string, part: 'body' | 'reply'): Json {
  const example = examples[name]?.[part]
  return example === undefined ? {} : { example }
}

/** A summary is a line of a list: what stands after its first sentence is for the description. */
function firstSentence(text: string): string {
  return (/^.*?[.;:](?= |$)/.exec(text)?.[0] ?? text).replace(/[.;:]$/, '')
}
