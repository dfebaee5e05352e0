import type { Checks } from '../../nouns/checks/checks.ts'
import { sourceId, type GivenSetting } from '@bobbin/shared/source'
import { z } from 'zod'
import { etagOf, requireMatch, sendEtag } from '../../http/etag.ts'
import type { ConnectApi } from './connect-api.ts'
import { type SourceRow, type Sources, sourceNotFound } from '../../nouns/sources/sources.ts'
import type { OAuthClients } from '../../nouns/oauth-clients/oauth-clients.ts'
import type { Transaction } from '../../store/database.ts'
import { pageReply, readSliceQuery, wantsPage } from '../../http/paging.ts'

/** Lists of sources are ordered by id. */
const sourcePosition = z.tuple([sourceId])

export function serveSources(
  door: ConnectApi,
  {
    sources,
    checks,
    oauthClients,
  }: {
    sources: Sources
    checks: Pick<Checks, 'startWhenReady'>
    oauthClients: Pick<OAuthClients, 'requireFor' | 'methodsFor'>
  },
): void {
  door.serve('listSources', async ({ accountId, query }) => {
    if (!wantsPage(query)) return sources.viewAll(accountId, await sources.list(accountId))
    const found = await sources.page(accountId, query, readSliceQuery(query, sourcePosition))
    return pageReply('/v4/sources', query, found, await sources.viewAll(accountId, found.rows))
  })

  door.serve('getSource', async ({ accountId, params: { id }, reply }) => {
    // Deleted ones too, as Stitch answers: `deleted_at` tells.
    const row = await sources.find(accountId, id)
    if (!row) throw sourceNotFound(id)
    sendEtag(reply, sourceEtag(row))
    return sources.view(row)
  })

  door.write('createSource', async ({ accountId, body }, tx) => {
    const { type, display_name, properties = {}, oauth_client_id } = body
    await oauthClients.requireFor(tx, accountId, type, oauth_client_id)
    const methods = await methodsFor(tx, { account_id: accountId, type }, oauth_client_id)
    const created = await sources.create(
      tx,
      accountId,
      { type, display_name, properties: withoutNulls(properties), oauth_client_id, ...methods },
      { mustBeComplete: false, uniqueName: false },
    )
    await checks.startWhenReady(tx, accountId, created.id)
    return view(accountId, created.id, tx)
  })

  door.write('cloneSource', async ({ accountId, params: { id }, body = {} }, tx) => {
    const methods = await methodsFor(tx, await sources.get(accountId, id, tx))
    const clone = await sources.clone(tx, accountId, id, { ...body, ...methods })
    await checks.startWhenReady(tx, accountId, clone.id)
    return view(accountId, clone.id, tx)
  })

  door.write('updateSource', async (call, tx) => {
    const { accountId, body, request, reply } = call
    const { id } = call.params
    const row = await sources.get(accountId, id, tx)
    requireMatch(request, sourceEtag(row))
    await oauthClients.requireFor(tx, accountId, row.type, body.oauth_client_id)
    const { properties, ...rest } = body
    const methods = await methodsFor(tx, row, body.oauth_client_id)
    const change = properties ? { ...rest, ...methods, properties: inText(properties) } : rest
    const { row: updated, extent } = await sources.update(tx, accountId, id, change, 'merge')
    if (extent === 'auth' || extent === 'property') await checks.startWhenReady(tx, accountId, id)
    sendEtag(reply, sourceEtag(updated))
    return view(accountId, id, tx)
  })

  door.write('deleteSource', async ({ accountId, params: { id } }, tx) =>
    sources.view(await sources.softDelete(tx, accountId, id), tx),
  )

  /** The ways to sign in that can be used, by the client that is `chosen` where one is. Of a type that is not there nothing is known. */
  async function methodsFor(
    tx: Transaction,
    source: Pick<SourceRow, 'account_id' | 'type'> & Partial<Pick<SourceRow, 'oauth_client_id'>>,
    chosen: string | null | undefined = source.oauth_client_id,
  ) {
    const { account_id, type } = source
    const wanted = { account_id, oauth_client_id: chosen ?? null }
    const methods = await oauthClients.methodsFor(type, wanted, tx)
    return methods === null ? {} : { methods }
  }

  async function view(accountId: number, id: number, tx: Transaction) {
    return sources.view(await sources.get(accountId, id, tx), tx)
  }
}

type Given = Readonly<Record<string, GivenSetting | null>>

/** Settings are texts; programs send numbers and booleans. */
function inText(properties: Given): Record<string, string | null> {
  const entries = Object.entries(properties)
  return Object.fromEntries(entries.map(([name, value]) => [name, value === null ? null : String(value)]))
}

/** Null, where nothing is yet, is nothing. */
function withoutNulls(properties: Given): Record<string, string> {
  const entries = Object.entries(inText(properties))
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null))
}

/** What a caller can change of a source; a check that goes on in the background changes nothing of it. */
function sourceEtag(row: SourceRow): string {
  const { settings_version, properties, display_name, paused_at, deleted_at, oauth_client_id } = row
  return etagOf(settings_version, properties, display_name, paused_at, deleted_at, oauth_client_id)
}
