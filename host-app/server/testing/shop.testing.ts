import { setTimeout as delay } from 'node:timers/promises'
import { check } from '@bobbin/shared/check'
import { source } from '@bobbin/shared/source'
import type { TestAccount } from './app.testing.ts'

/** A source of the test connector that needs nothing more. */
export const shop = {
  type: 'platform.test-shop',
  display_name: 'Shop',
  properties: { tables: '3', password: 'right' },
}

export async function createShop(account: TestAccount, properties: Record<string, string> = {}) {
  const payload = { ...shop, properties: { ...shop.properties, ...properties } }
  const created = (await account.call('POST', '/v4/sources', payload)).as(source)
  return { id: created.id, check_job_name: created.check_job_name ?? '' }
}

/** A source of the test connector with a stream selected: fully configured. */
export async function createConfiguredShop(account: TestAccount, displayName = shop.display_name) {
  const payload = { ...shop, display_name: displayName }
  const { id } = (await account.call('POST', '/v4/sources', payload)).as(source)
  await finishedCheck(account, id)
  const metadata = [{ breadcrumb: [], metadata: { selected: true } }]
  await account.call('PUT', `/v4/sources/${id}/streams/metadata`, {
    streams: [{ tap_stream_id: 'shop-t1', metadata }],
  })
  return id
}

/** A source of the test connector that lacks its settings. */
export async function createEmptyShop(account: TestAccount, display_name = 'Shop') {
  return (await account.call('POST', '/v4/sources', { type: shop.type, display_name })).as(source)
}

/** The source's latest check, once it is over. */
export async function finishedCheck(account: TestAccount, id: number) {
  for (;;) {
    const latest = (await account.call('GET', `/v4/sources/${id}/last-connection-check`)).as(check)
    if (latest.status !== 'running') return latest
    await delay(10)
  }
}
