import type { Selectable } from 'kysely'
import type { Webhook, WebhookDelivery } from '@bobbin/shared/webhook'
import type { Tables } from '../../store/tables.ts'
import { isoTime } from '../../ground/iso-time.ts'
import { readTypes } from './delivery-queue.ts'

export type WebhookRow = Selectable<Tables['webhook']>
export type DeliveryRow = Selectable<Tables['webhook_delivery']>

/** A webhook as it goes out: without its secrets. */
export function webhookOf(row: WebhookRow): Webhook {
  return {
    id: row.id,
    url: row.url,
    event_types: row.event_types === null ? null : readTypes(row.event_types),
    description: row.description,
    enabled: row.enabled === 1,
    disabled_reason: row.disabled_reason,
    failing_since: isoTime(row.failing_since),
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at),
  }
}

/** An attempt as it is kept. */
export type Attempt = WebhookDelivery['attempts'][number]

export function readAttempts({ attempts }: Pick<DeliveryRow, 'attempts'>): Attempt[] {
  // What was kept by an earlier version says nothing of these.
  const before = { redirected_to: null, retry_after_seconds: null }
  return (JSON.parse(attempts) as Attempt[]).map((attempt) => ({ ...before, ...attempt }))
}

export function deliveryOf(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    event_id: row.event_id,
    event_seq: row.event_seq,
    event_type: row.event_type,
    source_id: row.source_id,
    status: row.status,
    replayed: row.replayed === 1,
    attempts: readAttempts(row),
    // In a worker's hands `due_at` is the end of its lease.
    next_attempt_at: row.lease === null ? isoTime(row.due_at) : null,
    created_at: isoTime(row.created_at),
  }
}
