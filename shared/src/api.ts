import { accessTokenEndpoints } from './api/access-tokens.ts'
import { accountEndpoints } from './api/accounts.ts'
import { checkEndpoints } from './api/checks.ts'
import { catalogEndpoints } from './api/connector-catalog.ts'
import { directoryEndpoints } from './api/directory.ts'
import type { Endpoint } from './api/endpoint.ts'
import { eventEndpoints } from './api/events.ts'
import { flowEndpoints } from './api/flows.ts'
import { importTokenEndpoints } from './api/import-tokens.ts'
import { oauthClientEndpoints } from './api/oauth-clients.ts'
import { sourceEndpoints } from './api/sources.ts'
import { streamEndpoints } from './api/streams.ts'
import { vendorOptionEndpoints } from './api/vendor-options.ts'
import { webhookEndpoints } from './api/webhooks.ts'

/** What an account's back end, its pages and its partner call. */
export const connectApi = {
  ...accountEndpoints,
  ...accessTokenEndpoints,
  ...sourceEndpoints,
  ...vendorOptionEndpoints,
  ...importTokenEndpoints,
  ...checkEndpoints,
  ...streamEndpoints,
  ...eventEndpoints,
  ...webhookEndpoints,
  ...oauthClientEndpoints,
  ...flowEndpoints,
} as const satisfies Record<string, Endpoint>

/** Every REST endpoint that is not the wizard's own. The routes, their tests and the docs come from here. */
export const api = { ...connectApi, ...directoryEndpoints, ...catalogEndpoints } as const satisfies Record<
  string,
  Endpoint
>

export type EndpointName = keyof typeof api
