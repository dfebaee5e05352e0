import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'
import type { Connector } from '../connector.ts'
import { createDemoCrmApi } from './demo-crm-api.ts'
import { demoCrmInfo } from './demo-crm-info.ts'
import { objectStream } from './object-stream.ts'

/**
 * The made-up CRM of the demo, at `origin`: a real OAuth provider with a small API (`demo/demo-provider.ts`).
 * Also the example to start from when writing a connector for a service with OAuth.
 */
export function createDemoCrm(origin: string): Connector {
  return {
    info: demoCrmInfo,

    oauth: {
      issuer: origin,
      sendsIssuer: true,
      authorizationEndpoint: `${origin}/auth`,
      tokenEndpoint: `${origin}/token`,
      clientAuthentication: 'basic',
      // Each consent is a grant of its own.
      revocation: { endpoint: `${origin}/token/revocation`, endsNothingElse: true },
      scopes: demoCrmInfo.authorization?.scopes.map(({ scope }) => scope) ?? [],
      // Asks anew each time, so that another account can be chosen.
      authorizationParameters: { prompt: 'login consent' },
    },

    async check(context) {
      context.report.phase('connecting')
      const me = await createDemoCrmApi(origin, context).getMe()
      context.report.phase('signing_in')
      context.report.log(`Signed in as ${isolated(me.name)} of ${isolated(me.workspace)}.`)
    },

    async *discover(context): AsyncGenerator<DiscoveredStream> {
      context.report.phase('reading_schema')
      const objects = await createDemoCrmApi(origin, context).listObjects(context.settings['region'] ?? 'eu')
      for (const object of objects) {
        context.signal.throwIfAborted()
        context.report.log(`Object ${isolated(object.name)}: ${object.fields.length} fields.`)
        yield objectStream(object)
      }
      context.signal.throwIfAborted()
    },

    async identify(context) {
      const { name, workspace } = await createDemoCrmApi(origin, context).getMe()
      return `${name}, ${workspace}`
    },

    /** Taps expect an RFC 3339 time under `start_date`. */
    config({ settings, grant }) {
      return {
        ...settings,
        start_date: `${settings['start_date']}T00:00:00Z`,
        access_token: grant?.accessToken ?? null,
      }
    },
  }
}
