import { z } from 'zod'
import { connectorCategories } from './connector-categories.ts'
import { stepTypes } from './steps.ts'

/*
 * Connectors and what is connected, as xkit's catalog has them: its names and its fields. `type`, `category`,
 * `keywords`, `stage`, `display_name`, `step`, `problem`, `expires_at` and `reconnect_by` are ours.
 */

export const authorizationStatuses = ['awaiting_callback', 'retrieving_tokens', 'active', 'error'] as const
export type AuthorizationStatus = (typeof authorizationStatuses)[number]

/** How a connection stands with what it connects to. */
export const catalogAuthorization = z.object({
  id: z.string(),
  display_label: z.string().describe('Whose account it is there, or how people call the connection.'),
  status: z
    .enum(authorizationStatuses)
    .describe(
      '`awaiting_callback`: not all of its steps are done. `retrieving_tokens`: its first check runs. ' +
        '`active`: it works. `error`: it does not.',
    ),
  expires_at: z
    .string()
    .optional()
    .describe('When it ends whatever happens, where that is known; of several grants, the first.'),
  reconnect_by: z
    .string()
    .optional()
    .describe('The same, once it is near: the person should connect again before (`authorizeSource`).'),
  error_code: z.string().optional(),
  error_message: z.string().optional().describe('For people.'),
  authorizer: z.object({
    client_id: z.string().describe('Of the OAuth client of this host; empty where there is none.'),
    prototype: z.object({ name: z.string(), slug: z.string() }),
  }),
  access_token: z
    .string()
    .optional()
    .describe(
      'The access token of its provider: where the operator hands it to pages, and one connection is read.',
    ),
  authorize_url: z
    .string()
    .optional()
    .describe('Where its authorization goes on, in the window of the original’s client.'),
})
export type CatalogAuthorization = z.infer<typeof catalogAuthorization>

/** What helps: sign in anew, look at the settings, or wait until it has passed. */
export const problemActions = ['reconnect', 'edit', 'wait'] as const
export type ProblemAction = (typeof problemActions)[number]

/** Why a connection does not work. */
export const connectionProblem = z.object({
  code: z.string(),
  message: z.string().describe('For people.'),
  action: z
    .enum(problemActions)
    .describe('What helps: `reconnect` (`authorizeSource`), `edit` (`editSource`), or to `wait`.'),
})
export type ConnectionProblem = z.infer<typeof connectionProblem>

/** A source as a connection, without its connector. */
export const connectionOnly = z.object({
  id: z.string().describe('The id of the source, in digits.'),
  enabled: z.boolean().describe('False once it is removed.'),
  display_name: z.string(),
  authorization: catalogAuthorization.optional(),
  step: z.enum(stepTypes).describe('The first step that is not done, or `fully_configured`.'),
  problem: connectionProblem.optional(),
})
export type ConnectionOnly = z.infer<typeof connectionOnly>

/** A connector as everybody may see it. */
export const publicCatalogConnector = z.object({
  type: z.string().describe('The source type.'),
  name: z.string(),
  slug: z.string(),
  category: z.enum(connectorCategories),
  keywords: z.array(z.string()).describe('Other words by which people look for it.'),
  short_description: z.string().describe('One sentence.'),
  description: z.string(),
  about: z.string().describe('Plain text: what it connects, what it asks for.'),
  mark_url: z.url().describe('Its logo on this host.'),
  supports_multiple_connections: z.boolean(),
  stage: z.enum(['alpha', 'beta', 'released', 'deprecated']),
})
export type PublicCatalogConnector = z.infer<typeof publicCatalogConnector>

/** A connector, with what the account has connected by it. */
export const catalogConnector = publicCatalogConnector.extend({
  connection: connectionOnly
    .optional()
    .describe('Where there is one: of several, the one that works, or else the newest.'),
  connections: z.array(connectionOnly).optional().describe('All of them, oldest first.'),
})
export type CatalogConnector = z.infer<typeof catalogConnector>

export const catalogConnection = connectionOnly.extend({ connector: catalogConnector })
export type CatalogConnection = z.infer<typeof catalogConnection>

/** The app that this host connects for. */
export const catalogPlatform = z.object({
  name: z.string(),
  slug: z.string(),
  website: z.string(),
  login_redirect_url: z.string().describe('Where people sign in to the app; empty where nobody said.'),
  remove_branding: z.boolean(),
})
export type CatalogPlatform = z.infer<typeof catalogPlatform>

/** `POST /sessions/ephemeral`: what the token is for, one of the two. */
export const createCatalogEphemeral = z
  .strictObject({
    type: z.string().min(1).max(200).optional().describe('A source type, or the slug of a connector.'),
    source_id: z.number().int().positive().max(2_147_483_647).optional(),
  })
  .refine(({ type, source_id: id }) => (type === undefined) !== (id === undefined), {
    error: 'It takes a type or a source_id.',
  })

/** `POST /connections/:slug`. xkit.js names a new connection itself, by a random id that means nothing here. */
export const createCatalogConnection = z.strictObject({
  id: z
    .string()
    .max(200)
    .optional()
    .describe('The id of a connection to authorize anew. Whatever is not in digits begins a new one.'),
})
