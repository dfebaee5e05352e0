import {
  createdWebhook,
  replayedWebhook,
  rotatedSecret,
  webhook,
  webhookDelivery,
} from '@bobbin/shared/webhook'
import { expect } from 'vitest'
import { z } from 'zod'
import {
  expectNothing,
  expectStatus,
  pickOne,
  type ModelReply,
  type Turn,
} from './api-model-calls.testing.ts'
import { tellOfTest, toldEvent, toldTypes, type KnownWebhook } from './api-model-state.testing.ts'

const wanted = [
  null,
  ['source.deleted', 'source.created'],
  ['webhook.test', 'source.updated'],
  ['schema.changed'],
]

const deliveryPage = z.object({ data: z.array(webhookDelivery), total: z.number() })

/** What can be done with webhooks. */
export const webhookActions = {
  async createWebhook({ own, step, option, flag, receiverUrl, call }: Turn) {
    const url = urlOf(receiverUrl, own.marker, step)
    const types = typesOf(option)
    const description = flag ? `${own.marker} ${step}` : null
    const reply = await call('POST', '/v4/webhooks', {
      url,
      ...(types === null && flag ? {} : { event_types: types }),
      description,
    })
    if (own.webhooks.size >= 10) return expectStatus(reply, 409)
    expectStatus(reply, 200)
    const { id, secret } = reply.as(createdWebhook)
    own.shown.push(secret)
    const known = { id, secrets: [secret], url, description, types, isEnabled: true, queued: [], replayed: 0 }
    own.webhooks.set(id, known)
    expect(seenWebhook(reply.as(webhook))).toEqual(foreseenWebhook(known))
  },

  async listWebhooks({ own, call }: Turn) {
    const reply = await call('GET', '/v4/webhooks')
    expectStatus(reply, 200)
    expectTheseWebhooks(reply, own.webhooks.values())
  },

  readWebhook: (turn: Turn) =>
    on(turn, 'GET', '', undefined, (known, reply) => {
      expectStatus(reply, 200)
      expect(seenWebhook(reply.as(webhook))).toEqual(foreseenWebhook(known))
    }),

  updateWebhook: (turn: Turn) => {
    const { own, step, option, flag, receiverUrl } = turn
    const changes = [
      { isEnabled: flag },
      { isEnabled: false },
      { description: flag ? null : `${own.marker} ${step}` },
      { types: typesOf(step) },
      { url: urlOf(receiverUrl, own.marker, step), isEnabled: true },
    ]
    const change: Partial<KnownWebhook> = changes[option % changes.length] ?? {}
    const { url, description, types, isEnabled } = change
    const body = { url, description, event_types: types, enabled: isEnabled }
    return on(turn, 'PUT', '', body, (known, reply) => {
      expectStatus(reply, 200)
      Object.assign(known, change)
      expect(seenWebhook(reply.as(webhook))).toEqual(foreseenWebhook(known))
    })
  },

  deleteWebhook: (turn: Turn) =>
    on(turn, 'DELETE', '', undefined, (known, reply) => {
      expectStatus(reply, 200)
      turn.own.webhooks.delete(known.id)
    }),

  testWebhook: (turn: Turn) =>
    on(turn, 'POST', '/test', undefined, (known, reply) => {
      expectStatus(reply, known.isEnabled ? 200 : 409)
      if (known.isEnabled) tellOfTest(turn.own, known)
    }),

  rotateWebhookSecret: (turn: Turn) =>
    on(turn, 'POST', '/rotate-secret', turn.flag ? { overlap_seconds: 0 } : undefined, (known, reply) => {
      expectStatus(reply, 200)
      const { secret, former_secret_until } = reply.as(rotatedSecret)
      expect(former_secret_until === null).toBe(turn.flag)
      turn.own.shown.push(secret)
      known.secrets.push(secret)
    }),

  replayWebhook: (turn: Turn) => {
    const range = turn.flag ? { after_seq: 0 } : { after_seq: turn.option, until_seq: turn.option + 2 }
    return on(turn, 'POST', '/replay', range, (known, reply) => {
      expectStatus(reply, known.isEnabled ? 200 : 409)
      if (!known.isEnabled) return
      const { queued, next_after_seq } = reply.as(replayedWebhook)
      if (!turn.flag) expect(queued).toBeLessThanOrEqual(2)
      expect(next_after_seq).toBeNull()
      known.replayed += queued
    })
  },

  listWebhookDeliveries: (turn: Turn) =>
    on(turn, 'GET', '/deliveries?limit=1000', undefined, (known, reply) => {
      expectStatus(reply, 200)
      expectTheseDeliveries(known, reply)
    }),
}

/** A call about a webhook that the turn aims at. */
async function on(
  turn: Turn,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: object | undefined,
  note: (known: KnownWebhook, reply: ModelReply) => void,
): Promise<void> {
  const id = pickOne(turn, ({ webhooks }) => webhooks.keys(), 'wh_nope')
  const known = turn.own.webhooks.get(id)
  const reply = await turn.call(method, `/v4/webhooks/${id}${path}`, body)
  if (known) note(known, reply)
  else expectNothing(reply)
}

function typesOf(number: number): readonly string[] | null {
  return wanted[number % wanted.length] ?? null
}

/** Whose it is stands in it, so that the receiver knows what it should get. */
function urlOf(receiverUrl: string, marker: string, step: number): string {
  return `${receiverUrl}?of=${marker}&step=${step}`
}

export function expectTheseWebhooks(reply: ModelReply, known: Iterable<KnownWebhook>): void {
  const byId = <Thing extends { id: string }>(things: Thing[]) =>
    things.toSorted((one, other) => one.id.localeCompare(other.id))
  const seen = reply.as(z.array(webhook)).map(seenWebhook)
  expect(byId(seen)).toEqual(byId([...known].map(foreseenWebhook)))
}

/** Exactly what was queued for it, and none of a webhook that was disabled is still to come. */
export function expectTheseDeliveries(known: KnownWebhook, reply: ModelReply): void {
  const { data, total } = reply.as(deliveryPage)
  expect(total).toBe(data.length)
  const queued = data
    .filter(({ replayed, event_type: type }) => !replayed && toldTypes.includes(type))
    .map(({ event_type: type, source_id }) => toldEvent(type, source_id))
  expect(queued.toReversed()).toEqual(known.queued)
  expect(data.filter(({ replayed }) => replayed)).toHaveLength(known.replayed)
  if (!known.isEnabled) expect(data.filter(({ status }) => status === 'pending')).toEqual([])
}

function foreseenWebhook({ id, url, description, types, isEnabled }: KnownWebhook) {
  return { id, url, description, types: types && types.toSorted(), isEnabled }
}

function seenWebhook({
  id,
  url,
  description,
  event_types,
  enabled,
  disabled_reason,
}: z.output<typeof webhook>) {
  expect(disabled_reason).toBeNull()
  return { id, url, description, types: event_types, isEnabled: enabled }
}
