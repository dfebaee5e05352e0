import { accessToken, createdAccessToken } from '@bobbin/shared/access-token'
import { createdImportToken } from '@bobbin/shared/import-token'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { source } from '@bobbin/shared/source'
import { expect } from 'vitest'
import { z } from 'zod'
import {
  expectNoSource,
  expectNothing,
  expectOnlyOf,
  expectStatus,
  pickOne,
  type ModelReply,
  type Turn,
} from './api-model-calls.testing.ts'
import { anySourceId, suitedSourceId } from './api-model-sources.testing.ts'
import { liveSource, type KnownAccessToken, type KnownAccount } from './api-model-state.testing.ts'
import { claimOf } from './contract-calls.testing.ts'

/** What can be done with tokens of all kinds. */
export const tokenActions = {
  async createAccessToken({ own, step, call }: Turn) {
    const name = `${own.marker} ${step}`
    const reply = await call('POST', '/v4/access-tokens', { name })
    expectStatus(reply, 200)
    const made = reply.as(createdAccessToken)
    own.shown.push(made.access_token)
    own.accessTokens.push({ id: made.id, name, token: made.access_token, isRevoked: false })
  },

  async listAccessTokens({ own, by, call }: Turn) {
    const reply = await call('GET', '/v4/access-tokens')
    expectStatus(reply, 200)
    expectTheseAccessTokens(reply, own.accessTokens, by)
  },

  async revokeAccessToken(turn: Turn) {
    const { own, option, call } = turn
    const id = pickOne(turn, ({ accessTokens }) => accessTokens.map((token) => token.id), 'nope')
    const known = own.accessTokens.find((token) => token.id === id)
    const isForced = option === 0
    const reply = await call('DELETE', `/v4/access-tokens/${id}${isForced ? '?force=true' : ''}`)
    if (!known) return expectNothing(reply)
    const isLast = own.accessTokens.every((token) => token === known || token.isRevoked)
    if (!known.isRevoked && isLast && !isForced) return expectStatus(reply, 409)
    expectStatus(reply, 200)
    expect(reply.as(accessToken)).toMatchObject({ id, revoked_at: expect.any(String) })
    known.isRevoked = true
    for (const token of own.ephemeralTokens) {
      if (token.madeBy === id && token.state === 'good') token.state = 'gone'
    }
  },

  async createImportToken(turn: Turn) {
    const id = suitedSourceId(turn, ({ isPush }) => isPush)
    const known = liveSource(turn.own, id)
    const reply = await turn.call('POST', `/v4/sources/${id}/tokens`)
    if (!known) return expectNoSource(reply, id)
    const good = known.importTokens.filter(({ isRevoked }) => !isRevoked)
    if (!known.isPush || good.length >= 2) return expectStatus(reply, 409)
    expectStatus(reply, 200)
    const made = reply.as(createdImportToken)
    turn.own.shown.push(made.access_token)
    known.importTokens.push({ id: made.id, token: made.access_token, isRevoked: false })
  },

  async revokeImportToken(turn: Turn) {
    const tokensOf = ({ sources }: KnownAccount) =>
      [...sources.values()].flatMap(({ id, importTokens }) => importTokens.map((token) => ({ id, token })))
    const chosen = pickOne(turn, tokensOf, null)
    const tokenId = chosen?.token.id ?? 99_999_999
    // The source that the token is of, or one of the account's own.
    const id = chosen && turn.flag ? chosen.id : anySourceId({ ...turn, aim: 'own', pick: turn.other })
    const known = liveSource(turn.own, id)
    const token = known?.importTokens.find((one) => one.id === tokenId)
    const reply = await turn.call('DELETE', `/v4/sources/${id}/tokens/${tokenId}`)
    if (!known) return expectNoSource(reply, id)
    if (!token || token.isRevoked) return expectNothing(reply)
    expectStatus(reply, 200)
    expect(reply.as(source).id).toBe(id)
    token.isRevoked = true
  },

  async createEphemeralToken(turn: Turn) {
    const { own, by, flag, call } = turn
    const id = anySourceId(turn)
    const reply = await call('POST', '/v3/sessions/ephemeral', flag ? { source_id: id } : undefined)
    if (flag && !liveSource(own, id)) return expectNoSource(reply, id)
    expectStatus(reply, 200)
    const { ephemeral_token: token } = reply.as(createdEphemeralToken)
    own.shown.push(token)
    own.ephemeralTokens.push({ token, madeBy: by, sourceId: flag ? id : null, state: 'good' })
  },

  /** Whoever has an ephemeral token opens a flow of the account that made it, and of nothing else. */
  async claimFlow(turn: Turn) {
    const { test, everyone, own, option } = turn
    const tokensOf = (account: KnownAccount) => account.ephemeralTokens.map((token) => ({ account, token }))
    const unknown = { account: own, token: { token: 'bob_eph_nope', sourceId: null, state: 'gone' as const } }
    const { account, token } = pickOne(turn, tokensOf, unknown)
    const isInScope = token.sourceId !== null && option % 3 !== 0
    const id = isInScope ? token.sourceId : anySourceId({ ...turn, pick: turn.other })
    const subject = option % 2 === 0 ? null : id
    const { params, headers, body } = claimOf(
      token.token,
      subject === null ? {} : { function: 'editSource', type: undefined, id: subject },
    )
    const { statusCode, body: text } = await test.app.inject({
      method: 'POST',
      url: `/flows/${params?.['id']}/claim`,
      headers: headers ?? {},
      payload: body as object,
    })
    expectOnlyOf(everyone, account, JSON.stringify(body), text)
    expect([statusCode, text]).toEqual([claimStatus(account, token, subject), text])
    if (statusCode === 200) token.state = 'spent'
  },
}

/** In the order of the refusals: there is such a token, it may do this, there is such a source, it is unspent. */
function claimStatus(
  account: KnownAccount,
  { state, sourceId }: { state: 'good' | 'spent' | 'gone'; sourceId: number | null },
  subject: number | null,
): number {
  if (state === 'gone') return 401
  if (sourceId !== null && sourceId !== subject) return 403
  if (subject !== null && !liveSource(account, subject)) return 404
  return state === 'spent' ? 409 : 200
}

export function expectTheseAccessTokens(
  reply: ModelReply,
  known: readonly KnownAccessToken[],
  by: string,
): void {
  const byId = <Thing extends { id: string }>(things: Thing[]) =>
    things.toSorted((one, other) => one.id.localeCompare(other.id))
  const seen = reply.as(z.array(accessToken)).map(({ id, name, revoked_at, is_current }) => ({
    id,
    name,
    isRevoked: revoked_at !== null,
    isCurrent: is_current,
  }))
  const wanted = known.map(({ id, name, isRevoked }) => ({ id, name, isRevoked, isCurrent: id === by }))
  expect(byId(seen)).toEqual(byId(wanted))
}
