import { account } from '@bobbin/shared/account'
import { expect } from 'vitest'
import { dataUrl, testPng } from '../../testing/pictures.testing.ts'
import { expectStatus, type ModelReply, type Turn } from './api-model-calls.testing.ts'
import type { KnownAccount } from './api-model-state.testing.ts'

/** Pictures that accounts share, and what the API must call each: never two alike, never one by two names. */
const pictures = [0x7a1b2c, 0x1f6f54].map((colour) => dataUrl(testPng({ colour })))
const addresses = new Map<string, string>()

/** What an account says of its app. */
export const accountActions = {
  async nameApp({ own, step, flag, option, call }: Turn) {
    const app_name = option < 6 ? undefined : flag ? `${own.marker} ${step}` : null
    const app_logo = option % 3 === 0 ? undefined : flag ? pictures[option % 2] : null
    const reply = await call('PUT', '/v4/account', {
      ...(app_name !== undefined && { app_name }),
      ...(app_logo !== undefined && { app_logo }),
    })
    expectStatus(reply, 200)
    if (app_name !== undefined) own.app.name = app_name
    if (app_logo !== undefined) own.app.logo = app_logo
    expectThisAccount(reply, own)
  },

  async nameAppBadly({ own, option, step, call }: Turn) {
    const bad = [{ app_logo: pictures[0]?.slice(0, -4) }, { app_name: `${own.marker}\u202e` }][option % 2]
    expectStatus(await call('PUT', '/v4/account', { app_name: `${own.marker} ${step}`, ...bad }), 400)
    expectThisAccount(await call('GET', '/v4/account'), own)
  },
}

export function expectThisAccount(reply: ModelReply, { id, app }: KnownAccount): void {
  expectStatus(reply, 200)
  const seen = reply.as(account)
  expect([seen.stitch_account_id, seen.app_name, seen.app_logo === null]).toEqual([
    id,
    app.name,
    app.logo === null,
  ])
  if (app.logo === null || seen.app_logo === null) return
  addresses.set(app.logo, addresses.get(app.logo) ?? seen.app_logo)
  expect(seen.app_logo).toBe(addresses.get(app.logo))
  expect(new Set(addresses.values()).size).toBe(addresses.size)
}
