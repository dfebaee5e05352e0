import { z } from 'zod'
import type { Connector, ConnectorContext } from '../connector.ts'
import { defineRestConnector } from '../rest/define-rest-connector.ts'
import { restCalls } from '../rest/rest-calls.ts'
import type { RestConnectorData } from '../rest/rest-data.ts'
import { discoverObjects } from './discover-objects.ts'
import { api, salesforceErrors } from './salesforce-api.ts'
import { salesforceInfo, scopes } from './salesforce-info.ts'

const day = 86_400_000

/** Where a person signs in: at their own domain, where they say it, and else where all do, or all of sandboxes. */
function whereToSignIn(values: Readonly<Record<string, string>>): string {
  const { my_domain: domain, is_sandbox: isSandbox } = values
  if (domain) return `https://${encodeURIComponent(domain)}.my.salesforce.com`
  return isSandbox === 'true' ? 'https://test.salesforce.com' : 'https://login.salesforce.com'
}

const data: RestConnectorData = {
  info: salesforceInfo,
  oauth: {
    issuer: null,
    sendsIssuer: false,
    authorizationEndpoint: (values) => `${whereToSignIn(values)}/services/oauth2/authorize`,
    tokenEndpoint: (values) => `${whereToSignIn(values)}/services/oauth2/token`,
    endpointSettings: ['my_domain', 'is_sandbox'],
    clientAuthentication: 'post',
    scopes: scopes.map(({ scope }) => scope),
    impliedBy: {
      ...{ api: ['full'], refresh_token: ['offline_access'] },
      id: ['full', 'openid', 'profile'],
    },
    keptFields: { instance_url: 'instance_url' },
    // No token reply tells how long a token lives: each organization sets its own time, from 15 minutes of idleness on. Its
    // introspection does, for the app that the token is of (help.salesforce.com, "OpenID Connect Token Introspection", read
    // 2026-11-30).
    lifetimeProbe: {
      endpoint: '{instance_url}/services/oauth2/introspect',
      clientAuthentication: 'post',
      parameters: { token: '{access_token}', token_type_hint: 'access_token' },
      keeps: { expires_in: 'exp' },
      lifetimeUnit: 'epoch_seconds',
    },
    // Where it does not say. One that was dead before is refused, and renewed then.
    assumedLifetime: 15 * 60_000,
    // 30 days, where the app limits it, as one in several organizations has to; an organization may set its own. Whether tokens
    // rotate is set of each app. Of one person's approvals of one app the fifth ends the oldest:
    // https://help.salesforce.com/s/articleView?id=xcloud.connected_app_limit_idle_ttl.htm and
    // https://help.salesforce.com/s/articleView?id=platform.remoteaccess_request_approve.htm (November 2026).
    refreshTraits: { idleDeath: 30 * day, tokensPerUser: 4 },
    // It knows whose the token is, and ends what came of it: the access tokens.
    revocation: { endpoint: '{instance_url}/services/oauth2/revoke', clientAuthentication: 'none' },
    // Of somebody who was deactivated, and of an organization that has removed our app.
    quirks: { endedGrantCodes: ['inactive_user', 'app_not_found'] },
  },
  // Not those of the clouds apart, `*.my.salesforce.mil` and `*.my.sfcrmproducts.cn` (SfdcUrl of forcedotcom/sfdx-core, 2026-08-07):
  // the secret of an app of this one has no business there.
  hosts: ['login.salesforce.com', 'test.salesforce.com', '*.my.salesforce.com'],
  // Some objects are described for half a minute.
  api: { origin: '{instance_url}', errors: salesforceErrors, manners: { patience: 45_000 } },
  check: { path: `${api}/`, proof: 'sobjects' },
}
const rest = defineRestConnector(data)

export const salesforce: Connector = {
  ...rest,
  discover: (context) => discoverObjects(restCalls(data, context), context),
  identify,
  config: ({ settings, grant }) => ({
    ...rest.config?.({ settings, grant }),
    ...(grant?.kept['instance_url'] !== undefined && { instance_url: grant.kept['instance_url'] }),
  }),
}

const person = z.object({ organization_id: z.string(), preferred_username: z.string() })
const organizations = z.object({ records: z.tuple([z.object({ Name: z.string().min(1) })]) })

/** Two organizations of one company often have one name: user and id tell them apart. */
async function identify(context: ConnectorContext): Promise<string | null> {
  const { http, addressOf } = restCalls(data, context)
  const who = await http.tryGet(addressOf('/services/oauth2/userinfo'), person)
  if ('refused' in who) return null
  const { organization_id: id, preferred_username: user } = who.value
  const query = addressOf(`${api}/query?q=SELECT+Name+FROM+Organization`)
  const where = await http.tryGet(query, organizations)
  return 'refused' in where ? `${user} (${id})` : `${where.value.records[0].Name}, ${user} (${id})`
}
