import type { WebhookDelivery } from '@bobbin/shared/webhook'
import type { Reader } from '../../store/database.ts'
import { readSlice, type Slice, type SlicedRows } from '../../store/slice.ts'
import { deliveryOf } from './webhook-row.ts'

/** A slice of a webhook's deliveries, the newest first. */
export async function listDeliveries(
  db: Reader,
  accountId: number,
  webhookId: string,
  { status }: { status?: WebhookDelivery['status'] | undefined },
  slice: Slice,
): Promise<SlicedRows<WebhookDelivery>> {
  let query = db
    .selectFrom('webhook_delivery')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('webhook_id', '=', webhookId)
  if (status !== undefined) query = query.where('status', '=', status)
  const found = await readSlice(query, { columns: ['id'], direction: 'desc' }, slice)
  return { ...found, rows: found.rows.map(deliveryOf) }
}
