import { api } from '@bobbin/shared/api'
import { source } from '@bobbin/shared/source'
import { expect } from 'vitest'
import { z } from 'zod'
import { expectThisAccount } from './api-model-account.testing.ts'
import { callerOf } from './api-model-calls.testing.ts'
import { foreseenSource, seenSource } from './api-model-sources.testing.ts'
import { toldEvent, toldTypes, type KnownAccount, type KnownSource } from './api-model-state.testing.ts'
import { expectTheseAccessTokens } from './api-model-tokens.testing.ts'
import { expectTheseDeliveries, expectTheseWebhooks } from './api-model-webhooks.testing.ts'
import type { TestApp } from '../../testing/app.testing.ts'
import { finishedCheck } from '../../testing/shop.testing.ts'

/** Once everything has come to rest, the account has what its calls made of it, to the last of them. */
export async function expectAgreement(
  test: TestApp,
  everyone: readonly KnownAccount[],
  own: KnownAccount,
): Promise<void> {
  await expectGoodTokens(test, own)
  const by = await newAccessToken(test, own)
  const call = callerOf(test, everyone, own, by)

  expectThisAccount(await call('GET', '/v4/account'), own)

  const sources = [...own.sources.values()]
  for (const { id, isPush, isComplete, isDeleted } of sources) {
    if (isPush || !isComplete || isDeleted) continue
    const check = await finishedCheck({ id: own.id, token: by.token, call }, id)
    expect(check.status).toBe('succeeded')
  }
  const listed = (await call('GET', '/v4/sources')).as(z.array(source))
  expect(listed.map(seenSource)).toEqual(sources.map(foreseenSource))
  expect(new Set(listed.map(({ name }) => name)).size).toBe(listed.length)
  for (const [index, { report_card: card, stitch_client_id: owner, schedule }] of listed.entries()) {
    const known = sources[index]
    if (!known) continue
    const step = foreseenStep(known)
    const isRun = step === 'fully_configured' && !known.isPush && !known.isDeleted && known.pausedAt === null
    expect([owner, card.current_step_type, schedule !== null]).toEqual([own.id, step, isRun])
  }

  expectTheseAccessTokens(await call('GET', '/v4/access-tokens'), own.accessTokens, by.id)
  expectTheseWebhooks(await call('GET', '/v4/webhooks'), own.webhooks.values())
  for (const known of own.webhooks.values()) {
    expectTheseDeliveries(known, await call('GET', `/v4/webhooks/${known.id}/deliveries?limit=1000`))
  }
  const { data } = (await call('GET', '/v4/events')).as(api.listEvents.reply)
  expect(data.map(({ seq }) => seq)).toEqual(data.map((_, index) => index + 1))
  const told = data.filter(({ type }) => toldTypes.includes(type))
  expect(told.map((event) => toldEvent(event.type, event.data['source_id'] ?? null))).toEqual(own.told)
  for (const { data: about } of data) {
    if (typeof about['source_id'] === 'number') expect(own.sources.has(about['source_id'])).toBe(true)
  }
}

/** All of the account's may be revoked, so this one is not asked for by a call. */
async function newAccessToken({ services }: TestApp, own: KnownAccount) {
  const { accessToken, row } = await services.database.write((tx) =>
    services.accessTokens.create(tx, own.id, `${own.marker} last`),
  )
  const made = { id: row.id, name: row.name, token: accessToken, isRevoked: false }
  own.accessTokens.push(made)
  return made
}

/** Every access token opens what it should, every import token what is neither paused nor deleted. */
async function expectGoodTokens({ services }: TestApp, own: KnownAccount): Promise<void> {
  for (const { id, token, isRevoked } of own.accessTokens) {
    const holder = await services.accessTokens.authenticate(token)
    expect(holder).toEqual(isRevoked ? null : expect.objectContaining({ accountId: own.id, tokenId: id }))
  }
  for (const { id, pausedAt, importTokens } of own.sources.values()) {
    for (const { token, isRevoked } of importTokens) {
      const isGood = !isRevoked && pausedAt === null
      const names = await services.importTokens.verify(token)
      expect(names).toEqual(isGood ? { accountId: own.id, sourceId: id } : null)
    }
  }
}

/** Deleting erases the secrets, without which the form is not complete. */
function foreseenStep({ isPush, isComplete, isSelected, isDeleted }: KnownSource): string {
  if (isPush) return 'fully_configured'
  if (!isComplete || isDeleted) return 'form'
  return isSelected ? 'fully_configured' : 'field_selection'
}
