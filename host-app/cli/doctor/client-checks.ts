import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import type { ConnectorSummary } from '../../connectors/connector-summary.ts'
import { readIndex } from '../../connectors/connector-index.ts'
import type { Registry } from '../../connectors/registry.ts'
import type { Config } from '../../server/config.ts'
import { clientSettings, redirectUri } from '../../server/nouns/oauth/oauth.ts'
import { sqliteDialect } from '../../server/store/sqlite/sqlite-dialect.ts'
import type { Tables } from '../../server/store/tables.ts'
import { ok, warn, type Finding } from './finding.ts'

/** A registration, as far as the doctor tells of it. */
interface Client {
  /** Whose it is, or where it stands. */
  readonly of: string
  readonly id: string
  /** Without it there is nothing that the provider would take. */
  readonly hasSecret: boolean
}

/**
 * Our registrations at the providers, of the settings and in the store: each with the redirect URI that it has to have there,
 * to the letter what is sent. And what nobody can sign in to for want of one.
 */
export async function checkClients(config: Config, registry: Registry): Promise<Finding[]> {
  const rows = await readRows(config)
  return registry
    .list()
    .filter(({ steps }) => steps.includes('oauth'))
    .flatMap((info) => {
      const ofSettings = config.oauthClients.get(info.slug)
      const clients: Client[] = [
        ...(ofSettings
          ? [{ of: 'the settings', id: ofSettings.id, hasSecret: ofSettings.secret !== '' }]
          : []),
        ...rows.filter(({ type }) => type === info.type).map(ofRow),
      ]
      const needsSecret = registry.find(info.type)?.oauth?.clientAuthentication !== 'none'
      return findingsOf(info, redirectUri(config.url, info.slug), clients, needsSecret)
    })
}

/** None where there is no store yet, or one from before; of one that cannot be read, its own check tells. */
async function readRows({ dataDir }: Config): Promise<Row[]> {
  const file = join(dataDir, 'bobbin.sqlite')
  if (!existsSync(file)) return []
  const db = new Kysely<Tables>({
    dialect: sqliteDialect(() => new DatabaseSync(file, { readOnly: true, timeout: 5_000 })),
  })
  try {
    return await db
      .selectFrom('oauth_client')
      .select(['id', 'account_id', 'type', 'client_id', 'is_default'])
      .orderBy('created_at')
      .orderBy('id')
      .execute()
  } catch {
    return []
  } finally {
    await db.destroy()
  }
}

type Row = Pick<Tables['oauth_client'], 'id' | 'account_id' | 'type' | 'client_id' | 'is_default'>

function ofRow({ id, account_id: owner, client_id: name, is_default: isDefault }: Row): Client {
  const whose = owner === null ? 'yours' : `account ${owner}`
  return { of: `${whose}, ${id}${isDefault === 1 ? '' : ', spare'}`, id: name, hasSecret: true }
}

function findingsOf(
  info: ConnectorSummary,
  redirect: string,
  clients: readonly Client[],
  needsSecret: boolean,
): Finding[] {
  const { slug, name } = info
  const check = `oauth ${slug}`
  if (clients.length > 0) {
    return clients.map(({ of, id, hasSecret }) =>
      hasSecret || !needsSecret
        ? ok(check, `client ${id} (${of}), to register at the provider with the redirect URI: ${redirect}`)
        : warn(check, `client ${id} (${of}) cannot be used without its secret: set ${clientSettings(slug)}`),
    )
  }
  const others = info.auth_methods.filter(({ type }) => type !== 'OAUTH2').map(({ title }) => title)
  const toDo = `register ${redirect} at the provider, then set ${clientSettings(slug)} or add it by bobbin oauth-clients`
  const offered = others.length > 0 ? `is offered by ${others.join(' and ')} alone` : 'is not offered'
  // Nobody sets up all that comes with Bobbin; what the operator has added is meant to be used.
  const isOwn = readIndex().some(({ summary }) => summary.type === info.type)
  return isOwn
    ? [ok(check, `${name} has no client, and ${offered}. To have it: ${toDo}`)]
    : [warn(check, `${name} has no client, and ${offered}: ${toDo}`)]
}
