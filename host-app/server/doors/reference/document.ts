import { accountEvents } from '@bobbin/shared/account-events'
import { api } from '@bobbin/shared/api'
import { chapters, errorEnvelope, type Endpoint } from '@bobbin/shared/api/endpoint'
import { chapterIntros } from './chapter-intros.ts'
import { deliveryParameters, headers, parameters, securitySchemes } from './components.ts'
import { sharedFailures } from './failures.ts'
import { operation } from './operation.ts'
import { createSchemaWriter, type Json, type SchemaWriter } from './schemas.ts'

const description = `Connect your users' data sources, and read their streams, selections and live credentials.

**Failures** have one shape: \`error\` is a code for programs, \`message\` a sentence for people, \`data\` says more,
\`request_id\` finds the call in the log. A thing of another account is answered as one that is not there. What is no
request at all (a broken path, headers that are too long) is \`BadRequest\`, an address that leads nowhere \`NotFound\`.
What Stitch Connect has and Bobbin leaves to your pipeline or to webhooks (\`…/sync\`, extractions, loads, destinations, hooks,
\`/v2/import\`) is 501 \`NotOffered\`: \`data.reason\` and the message say whose job it is. \`data.message\` is the message once more,
where Stitch's clients read it.

**Calls are counted** per token and per account: \`RateLimit-*\` tell what is left, \`Retry-After\` how long to wait.

**Repeat safely**: send an \`Idempotency-Key\` with a call that creates. **Change safely**: send the \`ETag\` that you
have read as \`If-Match\`. A body is JSON of at most 1 MiB (a selection: 16 MiB); a field that is not documented is refused.`

/** The OpenAPI document of the whole REST API. Pure: made of the table, for the origin `url`. */
export function openApiDocument({ url, version }: { url: string; version: string }): Json {
  const schemas = createSchemaWriter()
  const endpoints: [string, Endpoint][] = Object.entries(api)
  schemas.output(errorEnvelope)
  const paths = pathsOf(endpoints.map(([name, endpoint]) => [endpoint, operation(name, endpoint, schemas)]))
  const used = new Set(endpoints.map(([, { chapter }]) => chapter))
  return {
    openapi: '3.1.1',
    info: {
      title: 'Bobbin Connect API',
      version,
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url }],
    tags: chapters
      .filter((chapter) => used.has(chapter))
      .map((name) => ({ name, description: chapterIntros[name] })),
    paths,
    webhooks: webhooksOf(schemas),
    components: {
      schemas: schemas.components(),
      responses: sharedFailures(endpoints.map(([, endpoint]) => endpoint)),
      parameters: { ...parameters, ...deliveryParameters },
      headers,
      securitySchemes,
    },
  }
}

function pathsOf(operations: [Endpoint, Json][]): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [{ path, method }, described] of operations) {
    const template = path.replaceAll(/:([a-z_]+)/g, '{$1}')
    paths[template] = { ...paths[template], [method.toLowerCase()]: described }
  }
  return paths
}

/** What is sent to a webhook: one operation for each type of event, all answered by any 2xx. */
function webhooksOf(schemas: SchemaWriter): Json {
  return Object.fromEntries(
    Object.entries(accountEvents).map(([type, { sentence, data }]) => {
      const schema = {
        type: 'object',
        required: ['type', 'timestamp', 'data', 'id', 'seq', 'account_id'],
        properties: {
          type: { const: type },
          timestamp: { type: 'string', format: 'date-time' },
          data: schemas.output(data),
          id: { type: 'string' },
          seq: { type: 'integer' },
          account_id: { type: 'integer' },
        },
      }
      const post = {
        operationId: type.replaceAll(/[._](.)/g, (_, letter: string) => letter.toUpperCase()) + 'Event',
        tags: ['Webhooks'],
        summary: sentence.replace(/\.$/, ''),
        parameters: Object.keys(deliveryParameters).map((name) => ({
          $ref: `#/components/parameters/${name}`,
        })),
        requestBody: { required: true, content: { 'application/json': { schema } } },
        responses: { '2XX': { description: 'Received.' }, '4XX': { description: 'Tried again later.' } },
        security: [{}],
      }
      return [type, { post }]
    }),
  )
}
