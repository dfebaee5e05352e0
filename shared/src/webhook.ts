import { z } from 'zod'
import { accountEventTypes } from './account-events.ts'
import { givenName } from './given-name.ts'

export const webhookId = z.string().min(1).max(100)

const url = z.url({ protocol: /^https?$/ }).max(2_048)
const eventTypes = z.array(z.enum(accountEventTypes)).min(1).max(accountEventTypes.length).nullable()
const description = givenName.max(200).nullable()

export const createWebhook = z.strictObject({
  url,
  /** null: all of them, also those that later versions add. */
  event_types: eventTypes.optional(),
  description: description.optional(),
})

/** What is left out stays. */
export const updateWebhook = z.strictObject({
  url: url.optional(),
  event_types: eventTypes.optional(),
  description: description.optional(),
  enabled: z.boolean().optional(),
})

/** An endpoint of the customer's back end that is told what happens in its account. */
export const webhook = z.object({
  id: webhookId,
  url: z.string(),
  event_types: z.array(z.string()).nullable(),
  description: z.string().nullable(),
  enabled: z.boolean(),
  /** Why it was disabled, if not by a call: `gone` (410), or `failing` (nothing but failures for five days). */
  disabled_reason: z.enum(['gone', 'failing']).nullable(),
  /** Since when every attempt has failed; null while the latest one went through. */
  failing_since: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
})
export type Webhook = z.infer<typeof webhook>

/** The secret that signs what is sent. Shown this once. */
const shownSecret = z.object({ secret: z.string().startsWith('whsec_') })
export const createdWebhook = webhook.extend(shownSecret.shape)

export const rotateSecret = z.strictObject({
  /** How long both secrets sign, in seconds: a day unless told otherwise, at most a week. */
  overlap_seconds: z.number().int().min(0).max(604_800).optional(),
})
export const rotatedSecret = shownSecret.extend({
  /** Until then the former secret signs as well; null when it ended at once. */
  former_secret_until: z.iso.datetime().nullable(),
})

const seq = z.number().int().min(0)

const time = z.iso.datetime({ offset: true })

/** A part of the feed, by `seq` or by time. */
export const replayWebhook = z.union([
  z.strictObject({ after_seq: seq, until_seq: seq.optional() }),
  z.strictObject({ since: time, until: time.optional() }),
])
export type ReplayWebhook = z.infer<typeof replayWebhook>

export const replayedWebhook = z.object({
  /** How many events were queued again. */
  queued: z.number().int(),
  /** A call replays a limited number of events; null, or the `after_seq` from which the next call goes on. */
  next_after_seq: z.number().int().nullable(),
})

/** Why nothing came back; null where the receiver answered. */
export const deliveryErrors = [
  'HostNotFound',
  'AddressNotAllowed',
  'ConnectionRefused',
  'ConnectionTimeout',
  'ConnectionFailed',
  'TlsUntrusted',
] as const
export type DeliveryError = (typeof deliveryErrors)[number]

export const deliveryAttempt = z.object({
  at: z.iso.datetime(),
  status_code: z.number().int().nullable(),
  error: z.enum(deliveryErrors).nullable(),
  /** Where a redirect led, which is not followed; null where the answer was none. */
  redirected_to: z.string().nullable(),
  /** What the receiver asked for in `Retry-After`; null where it asked for nothing. */
  retry_after_seconds: z.number().int().nullable(),
  duration_ms: z.number().int(),
})

export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const

/** One event on its way to one webhook. */
export const webhookDelivery = z.object({
  id: z.number().int(),
  event_id: z.string(),
  event_seq: z.number().int(),
  event_type: z.string(),
  source_id: z.number().int().nullable(),
  /** `failed` is for good: a day of attempts, or the webhook was disabled. It can be replayed. */
  status: z.enum(deliveryStatuses),
  /** Whether it was queued by a replay. */
  replayed: z.boolean(),
  attempts: z.array(deliveryAttempt),
  /** null: none to come, or an earlier event of the same source has to go first. */
  next_attempt_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
})
export type WebhookDelivery = z.infer<typeof webhookDelivery>
