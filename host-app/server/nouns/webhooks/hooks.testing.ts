import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino, type Logger } from 'pino'
import { createKeyRing } from '../credentials/seal.ts'
import { tellAccount } from '../events/account-feed.ts'
import { createEventLog } from '../events/event-log.ts'
import { createOutbound } from '../../edges/outbound/outbound.ts'
import { createMetrics } from '../../ground/metrics.ts'
import { openTestStore } from '../../testing/store.testing.ts'
import { createDeliveryWorker } from './delivery-worker.ts'
import { createRunDelivery } from './run-delivery.ts'
import { createSendDelivery } from './send-delivery.ts'
import { createWebhookSecrets } from './webhook-secrets.ts'
import { createWebhooks } from './webhooks.ts'

interface Options {
  now?: () => number
  ownsStore?: boolean
  grace?: number
  answerTime?: number
  log?: Logger
  /** An existing database; a temporary one otherwise. */
  file?: string
  /** 32 bytes; random otherwise. */
  key?: Uint8Array
  allowPrivateNetworks?: boolean
}

export type TestHooks = Awaited<ReturnType<typeof createTestHooks>>

/** Account 1 with webhooks and a worker, on a real store. */
export async function createTestHooks({ file: given, key = randomBytes(32), ...options }: Options = {}) {
  const folder = given === undefined ? await mkdtemp(join(tmpdir(), 'bobbin-hooks-')) : null
  const file = given ?? join(folder ?? '', 'test.sqlite')
  const database = await openTestStore(file)
  const now = options.now ?? Date.now
  const events = createEventLog(database, now)
  const secrets = createWebhookSecrets(createKeyRing([{ id: 'k', key }]), now)
  const { allowPrivateNetworks = true } = options
  const config = { allowPrivateNetworks, isProduction: false }
  const webhooks = createWebhooks({ database, events, secrets, config, now })
  const outbound = createOutbound({ allowPrivateNetworks })
  const { log = pino({ level: 'silent' }) } = options
  const send = createSendDelivery({ ...options, outbound, now })
  const metrics = createMetrics()
  const runDelivery = createRunDelivery({ database, events, secrets, send, metrics, now, log })
  const worker = createDeliveryWorker({ grace: 500, ...options, database, events, runDelivery, now, log })

  const tell = (accountId: number, sources: readonly number[]) =>
    database.write(async (tx) => {
      for (const source_id of sources) {
        await tellAccount(tx, events, accountId, 'source.authorized', { source_id })
      }
    })

  return {
    file,
    key,
    database,
    events,
    webhooks,
    worker,
    addWebhook: (url: string, accountId = 1) =>
      database.write(async (tx) => {
        const { webhook, secret } = await webhooks.create(tx, accountId, { url })
        return { id: webhook.id, secret }
      }),
    /** Tells the account something about each of these sources, in order, in one transaction. */
    tell: (...sources: number[]) => tell(1, sources),
    tellAccount: (accountId: number, ...sources: number[]) => tell(accountId, sources),
    get: (id: string) => webhooks.get(1, id),
    /** The newest first. */
    async deliveries(id: string) {
      const slice = { limit: 10_000, start: { offset: 0 } }
      return (await webhooks.deliveries(1, id, {}, slice)).rows
    },
    /** Resolves with the deliveries once this is true of them. */
    async until(id: string, isSo: (statuses: string[]) => boolean) {
      for (;;) {
        const rows = await this.deliveries(id)
        if (isSo(rows.map(({ status }) => status))) return rows
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    async close() {
      await worker.stop()
      await database.close()
      if (folder) await rm(folder, { recursive: true, force: true })
    },
  }
}
