import { z } from 'zod'
import { authTypes } from './auth-method.ts'
import { connectorCategories } from './connector-categories.ts'

/*
 * Connectors as OpenInt's `GET /connector` lists them: its names, all of its fields. Where its published
 * reference says that `has_next_page` is `offset + limit >= total`, it is the contrary of what the name says; here
 * the flag is true exactly when there is more.
 */

export const directoryStages = ['alpha', 'beta', 'ga', 'hidden'] as const
export const platforms = ['web', 'mobile', 'desktop', 'local', 'cloud'] as const
export const expansions = ['schemas', 'integrations'] as const

const jsonSchema = z.record(z.string(), z.unknown())

/** JSON Schemas, 2020-12. `{ "not": {} }`, which nothing fulfils, where a connector has no such thing. */
export const directorySchemas = z.object({
  connector_config: jsonSchema.describe('What the operator sets: the OAuth client.'),
  connection_settings: jsonSchema.describe(
    'The `properties` of a source of this type; secrets are `writeOnly`.',
  ),
  integration_data: jsonSchema.describe('Nothing: a connector here connects one product.'),
  webhook_input: jsonSchema.describe('Nothing: connectors take no webhooks.'),
  pre_connect_input: jsonSchema.describe('The options of `addSource` beside its token.'),
  connect_input: jsonSchema.describe('What the person is asked for in the form.'),
  connect_output: jsonSchema.describe('What the promise of `addSource` is fulfilled with.'),
})
export type DirectorySchemas = z.infer<typeof directorySchemas>

const integration = z.object({
  id: z.string(),
  standard: z.unknown(),
  external: z.unknown(),
  created_at: z.string(),
  updated_at: z.string(),
  connector_name: z.string(),
  name: z.string(),
  logo_url: z.string(),
  stage: z.enum(directoryStages),
  platforms: z.array(z.enum(platforms)),
  category: z.string(),
  auth_type: z.enum(authTypes),
  version: z.string(),
})

export const directoryConnector = z.object({
  name: z.string().describe('The slug: its name in addresses and settings.'),
  display_name: z.string(),
  logo_url: z.url().describe('A picture of this host, at least a neutral mark.'),
  stage: z.enum(directoryStages).describe('`hidden`: deprecated, no new sources.'),
  platforms: z.array(z.enum(platforms)),
  category: z.enum(connectorCategories),
  auth_type: z.enum(authTypes),
  required_scopes: z.array(z.string()).describe('Without these it does not work.'),
  openint_default_scopes: z.array(z.string()).describe('What is asked for.'),
  openint_allowed_scopes: z.array(z.string()).describe('What can be asked for.'),
  scopes: z.array(z.object({ scope: z.string(), display_name: z.string(), description: z.string() })),
  has_openint_credentials: z
    .boolean()
    .describe('Whether this host has an OAuth client for it, so that it can be connected.'),
  schemas: directorySchemas.optional().describe('Where `expand` asks for it.'),
  integrations: z
    .array(integration)
    .optional()
    .describe('Where `expand` asks for it. Empty: a connector here connects one product.'),
})
export type DirectoryConnector = z.infer<typeof directoryConnector>

export const directoryPage = z.object({
  items: z.array(directoryConnector),
  total: z.number().int().describe('How many there are, whatever the page.'),
  limit: z.number().int(),
  offset: z.number().int(),
  has_next_page: z.boolean().describe('Whether any stand behind this page: `offset + limit < total`.'),
})

/** A whole number as a query has it. An empty text is none: it would count as 0. */
const count = (most: number, otherwise: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,15}$/, 'It must be a whole number from 0 on.')
        .transform(Number),
    ])
    .pipe(z.number().int().min(0).max(most))
    .default(otherwise)

/** One or several of these: with commas between them, or the parameter several times. */
const several = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((text) => text.split(',')))
    .pipe(z.array(z.enum(values)))
    .default([])

const expand = several(expansions).describe(
  'What else each connector has: `schemas`, `integrations`. With a comma between them, or the parameter twice.',
)

export const directoryQuery = z.object({
  limit: count(3_000, 50).describe('How many a page has: 50 where nothing is said, 3,000 at most.'),
  offset: count(Number.MAX_SAFE_INTEGER, 0).describe('How many come before the page.'),
  expand,
  'expand[]': expand.describe('The same as `expand`, as some clients write lists.'),
  q: z
    .string()
    .max(200)
    .optional()
    .describe('Only those whose name, category or keywords have all these words.'),
  category: several(connectorCategories).describe('Only of these categories.'),
  auth_type: several(authTypes).describe('Only with these ways to sign in.'),
  stage: several(directoryStages).describe(
    'Only of these stages. `hidden` ones are listed for the organisation only.',
  ),
})
export type DirectoryQuery = z.infer<typeof directoryQuery>

export const directoryItemQuery = directoryQuery.pick({ expand: true, 'expand[]': true })
