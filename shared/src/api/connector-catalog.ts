import { z } from 'zod'
import {
  catalogAuthorization,
  catalogConnection,
  catalogConnector,
  catalogPlatform,
  createCatalogConnection,
  createCatalogEphemeral,
  publicCatalogConnector,
} from '../connector-catalog.ts'
import { createdEphemeralToken } from '../session.ts'
import type { Endpoint } from './endpoint.ts'

const chapter = 'Catalog'
const prefix = '/api/platform_user'
const bySlug = z.object({ slug: z.string().max(200) })
const byId = z.object({ id: z.string().regex(/^[1-9]\d{0,9}$/) })
/** What xkit.js asks for once it has connected: the id that it was given then may be that of the authorization. */
const byAnyId = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) })

const connectorReply = z.object({ connector: catalogConnector })
const connectionReply = z.object({ connection: catalogConnection })

/** What a page shows of what its account may connect and has connected. */
export const catalogEndpoints = {
  openSession: {
    method: 'POST',
    path: `${prefix}/sessions`,
    caller: 'page',
    chapter,
    summary:
      'Begin a session of the customer token: its cookie counts for pages of the same origin. It ends with the token, or by logout.',
    status: 201,
    reply: z.object({}),
    errors: [],
  },
  endSession: {
    method: 'DELETE',
    path: `${prefix}/sessions`,
    caller: 'anyone',
    chapter,
    summary: 'End the session of the cookie, and the tokens that were made in it.',
    status: 204,
    errors: ['OriginNotAllowed'],
  },
  renewSessionToken: {
    method: 'POST',
    path: `${prefix}/sessions/token`,
    caller: 'page',
    chapter,
    summary: 'Another customer token of the same account and origins. It does not outlive the first.',
    reply: z.object({ access_token: z.string() }),
    errors: [],
  },
  createSessionEphemeral: {
    method: 'POST',
    path: `${prefix}/sessions/ephemeral`,
    caller: 'page',
    chapter,
    summary:
      'Create an ephemeral token for one flow: to add a source of this type, or to work on this source, from a page of the same origin.',
    body: createCatalogEphemeral,
    reply: createdEphemeralToken,
    errors: ['SourceNotFound', 'UnknownSourceType'],
  },
  createOneTimeToken: {
    method: 'POST',
    path: `${prefix}/sessions/ott`,
    caller: 'page',
    chapter,
    summary:
      'Create a token by which the window of xkit.js is logged in: once, within a minute, for this page.',
    reply: z.object({ ott: z.string() }),
    errors: [],
  },
  getSession: {
    method: 'GET',
    path: `${prefix}/session`,
    caller: 'page',
    chapter,
    summary: 'Whose session it is, and until when.',
    reply: z.object({ customer_id: z.number().int(), expires_at: z.string() }),
    errors: [],
  },
  getPlatform: {
    method: 'GET',
    path: `${prefix}/platform`,
    caller: 'anyone',
    chapter,
    summary: 'The app that this host connects for.',
    reply: z.object({ platform: catalogPlatform }),
    storeless: true,
    errors: [],
  },
  listPlatformConnectors: {
    method: 'GET',
    path: `${prefix}/platform/connectors`,
    caller: 'anyone',
    chapter,
    summary: 'List what can be connected, for visitors: where the operator allows it.',
    reply: z.object({ connectors: z.array(publicCatalogConnector) }),
    compressed: true,
    errors: ['Unauthorized'],
  },
  getPlatformConnector: {
    method: 'GET',
    path: `${prefix}/platform/connectors/:slug`,
    caller: 'anyone',
    chapter,
    summary: 'One connector, for visitors: where the operator allows it.',
    params: bySlug,
    reply: z.object({ connector: publicCatalogConnector }),
    errors: ['Unauthorized', 'NotFound'],
  },
  listCatalogConnectors: {
    method: 'GET',
    path: `${prefix}/connectors`,
    caller: 'page',
    chapter,
    summary:
      'List connectors with the connections of the account, by name. One that is deprecated is there where the account has it.',
    reply: z.object({ connectors: z.array(catalogConnector) }),
    compressed: true,
    errors: [],
  },
  getCatalogConnector: {
    method: 'GET',
    path: `${prefix}/connectors/:slug`,
    caller: 'page',
    chapter,
    summary: 'One connector with the connections of the account.',
    params: bySlug,
    reply: connectorReply,
    errors: ['NotFound'],
  },
  listConnections: {
    method: 'GET',
    path: `${prefix}/connections`,
    caller: 'page',
    chapter,
    summary: 'List the connections of the account, oldest first. A connection is a source.',
    query: z.object({ slug: z.string().max(200).optional().describe('Only those of this connector.') }),
    reply: z.object({ connections: z.array(catalogConnection) }),
    compressed: true,
    errors: [],
  },
  findConnection: {
    method: 'GET',
    path: `${prefix}/connections/:slug`,
    caller: 'page',
    chapter,
    summary: 'The connection of a connector: of several the one that works, or else the newest.',
    params: bySlug,
    reply: connectionReply,
    errors: ['NotFound'],
  },
  getConnection: {
    method: 'GET',
    path: `${prefix}/connection/:id`,
    caller: 'page',
    chapter,
    summary: 'One connection, by its id.',
    params: byAnyId,
    reply: connectionReply,
    errors: ['NotFound'],
  },
  createConnection: {
    method: 'POST',
    path: `${prefix}/connections/:slug`,
    caller: 'page',
    chapter,
    summary:
      'Begin to connect, or to authorize anew, in a window of xkit.js: it goes on at `authorize_url`, once it is logged in.',
    params: bySlug,
    body: createCatalogConnection,
    reply: connectionReply,
    errors: ['NotFound'],
  },
  getAuthorization: {
    method: 'GET',
    path: `${prefix}/authorizations/:slug/:id`,
    caller: 'page',
    chapter,
    summary: 'How an authorization stands that was begun in a window of xkit.js.',
    params: z.object({ slug: z.string().max(200), id: z.string().regex(/^[\w-]{1,64}$/) }),
    reply: z.object({ authorization: catalogAuthorization }),
    errors: ['NotFound'],
  },
  removeConnectionOf: {
    method: 'DELETE',
    path: `${prefix}/connections/:slug`,
    caller: 'page',
    chapter,
    summary: 'Remove the connection of a connector, the one that `GET` shows: its source is deleted.',
    params: bySlug,
    reply: connectionReply,
    errors: ['NotFound'],
  },
  removeConnection: {
    method: 'DELETE',
    path: `${prefix}/connection/:id`,
    caller: 'page',
    chapter,
    summary: 'Remove a connection: its source is deleted, its credentials are erased.',
    params: byId,
    reply: connectionReply,
    errors: ['NotFound'],
  },
} as const satisfies Record<string, Endpoint>
