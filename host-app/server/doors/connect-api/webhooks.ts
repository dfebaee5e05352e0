import type { Webhooks } from '../../nouns/webhooks/webhooks.ts'
import type { Webhook } from '@bobbin/shared/webhook'
import { z } from 'zod'
import { etagOf, requireMatch, sendEtag } from '../../http/etag.ts'
import type { ConnectApi } from './connect-api.ts'
import { isoTime } from '../../ground/iso-time.ts'
import { pageReply, readSliceQuery } from '../../http/paging.ts'

const defaultOverlap = 86_400
const deliveryPosition = z.tuple([z.number().int()])

export function serveWebhooks(door: ConnectApi, { webhooks }: { webhooks: Webhooks }): void {
  door.serve('listWebhooks', async ({ accountId }) => webhooks.list(accountId))

  door.write('createWebhook', async ({ accountId, body }, tx) => {
    const { webhook, secret } = await webhooks.create(tx, accountId, body)
    return { ...webhook, secret }
  })

  door.serve('getWebhook', async ({ accountId, params: { id }, reply }) => {
    const webhook = await webhooks.get(accountId, id)
    sendEtag(reply, webhookEtag(webhook))
    return webhook
  })

  door.write('updateWebhook', async (call, tx) => {
    const { accountId, body, request, reply } = call
    const { id } = call.params
    requireMatch(request, webhookEtag(await webhooks.get(accountId, id, tx)))
    const webhook = await webhooks.update(tx, accountId, id, body)
    sendEtag(reply, webhookEtag(webhook))
    return webhook
  })

  door.write('deleteWebhook', async ({ accountId, params: { id } }, tx) => webhooks.delete(tx, accountId, id))

  door.write('testWebhook', async ({ accountId, params: { id } }, tx) => webhooks.test(tx, accountId, id))

  door.write('rotateWebhookSecret', async ({ accountId, params: { id }, body }, tx) => {
    const overlap = (body?.overlap_seconds ?? defaultOverlap) * 1_000
    const { secret, formerUntil } = await webhooks.rotateSecret(tx, accountId, id, overlap)
    return { secret, former_secret_until: isoTime(formerUntil) }
  })

  door.serve('listWebhookDeliveries', async ({ accountId, params: { id }, query }) => {
    const slice = readSliceQuery(query, deliveryPosition)
    const found = await webhooks.deliveries(accountId, id, query, slice)
    return pageReply(`/v4/webhooks/${id}/deliveries`, query, found, found.rows)
  })

  door.write('replayWebhook', async ({ accountId, params: { id }, body }, tx) =>
    webhooks.replay(tx, accountId, id, body),
  )
}

/** What a caller can change of a webhook; that it fails meanwhile changes nothing of it. */
function webhookEtag({ url, event_types: types, description, enabled }: Webhook): string {
  return etagOf(url, types && types.join(), description, enabled)
}
