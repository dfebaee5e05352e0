import { directoryEndpoints } from '@bobbin/shared/api/directory'
import type { DirectoryConnector, DirectoryQuery } from '@bobbin/shared/directory'
import type { FastifyInstance } from 'fastify'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Authenticator } from '../../http/caller.ts'
import { createDoor } from '../../http/door.ts'
import { commonEnvelope } from '../../http/error-response.ts'
import type { ReplyMemory } from '../../http/idempotency.ts'
import type { Partner } from '../../nouns/accounts/accounts.ts'
import type { OriginRules } from '../../nouns/flows/flows.ts'
import type { OAuthClients, Reach } from '../../nouns/oauth-clients/oauth-clients.ts'
import type { CustomerTokens } from '../../nouns/tokens/tokens.ts'
import type { Database } from '../../store/database.ts'
import { authenticateKey } from './authenticate-key.ts'
import { serveCustomerTokens } from './customer-tokens.ts'
import { connectorSchemas } from './connector-schemas.ts'
import { directoryEntry } from './directory-entry.ts'
import { matches } from './matches.ts'

/** The connectors as a directory. Its table is `shared/src/api/directory.ts`. */
export function serveDirectory(
  app: FastifyInstance,
  {
    registry,
    oauthClients,
    accessTokens,
    customerTokens,
    config,
    database,
    idempotentReplies,
  }: {
    registry: Registry
    oauthClients: Pick<OAuthClients, 'reach'>
    accessTokens: Authenticator
    customerTokens: CustomerTokens
    config: OriginRules & {
      readonly url: string
      readonly partner: Partner | null
    }
    database: Pick<Database, 'write'>
    idempotentReplies: ReplyMemory
  },
): void {
  const vocabulary = {
    endpoints: directoryEndpoints,
    authenticate: authenticateKey({
      accessTokens,
      customerTokens,
      partner: config.partner,
      origins: config,
    }),
    envelope: commonEnvelope,
    status: 200,
    missing: () => 'NotFound' as const,
  }
  const door = createDoor(app, vocabulary, { database, replies: idempotentReplies })
  serveCustomerTokens(door, { customerTokens })
  const all = registry.list().map((info) => ({ info, entry: directoryEntry(info, config) }))

  /** What is deprecated is there for the organisation, and for whoever asks by its name. */
  const listed = (isOrganisation: boolean) =>
    all.filter(({ entry }) => isOrganisation || entry.stage !== 'hidden')

  door.serve('listConnectors', async ({ query, caller }) => {
    const { limit, offset } = query
    const found = listed(caller === null).filter((one) => matches(one, query))
    const reach = await oauthClients.reach(null)
    const items = found.slice(offset, offset + limit).map((one) => expanded(one, reach, query))
    return { items, total: found.length, limit, offset, has_next_page: offset + limit < found.length }
  })

  door.serve('getConnector', async ({ params: { name }, query }) => {
    const found = all.find(({ info }) => info.slug === name || info.type === name)
    if (!found) throw new AppError('NotFound')
    return expanded(found, await oauthClients.reach(null), query)
  })

  /** With what was asked for, and nothing else that can be left out. */
  function expanded(
    { info, entry }: (typeof all)[number],
    reach: Reach,
    query: Pick<DirectoryQuery, 'expand' | 'expand[]'>,
  ): DirectoryConnector {
    const wanted = new Set([...query.expand, ...query['expand[]']])
    const whole = wanted.has('schemas') ? registry.find(info.type) : null
    return {
      ...entry,
      // The host's own: no account's counts for others.
      has_openint_credentials: reach.clientIdOf(info) !== null,
      ...(whole ? { schemas: connectorSchemas(whole.info) } : {}),
      ...(wanted.has('integrations') ? { integrations: [] } : {}),
    }
  }
}
