import { finished } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { accessToken, createdAccessToken } from '@bobbin/shared/access-token'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { createTokenUses } from '../../nouns/tokens/token-uses.ts'
import { createTestFlow } from '../../testing/flow.testing.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createShop } from '../../testing/shop.testing.ts'

const url = '/v4/access-tokens'

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp()
  account = await test.signUp()
})
afterEach(() => test.close())

async function callWith(token: string, method: 'GET' | 'POST' | 'DELETE', path: string) {
  const headers = { authorization: `Bearer ${token}` }
  const reply = await test.app.inject({ method, url: path, headers })
  return { status: reply.statusCode, body: reply.json() as unknown }
}

const make = async (name?: string) =>
  (await account.call('POST', url, name === undefined ? undefined : { name })).as(createdAccessToken)
const list = async () => (await account.call('GET', url)).as(z.array(accessToken))
const current = async () => (await list()).find(({ is_current }) => is_current)!

describe('an access token', () => {
  it('is shown once, named, and opens the account', async () => {
    const made = await make('Reports')
    expect(made).toMatchObject({
      name: 'Reports',
      access_token: expect.stringMatching(/^bob_acc_[\w-]{43}$/),
    })
    expect(made.access_token.startsWith(made.prefix)).toBe(true)
    expect((await callWith(made.access_token, 'GET', '/v4/account')).body).toMatchObject({
      stitch_account_id: account.id,
    })
    const reply = await account.call('GET', url)
    expect(JSON.stringify(reply.body)).not.toContain(made.access_token)
    expect(reply.as(z.array(accessToken))).toMatchObject([
      { name: null, is_current: true, revoked_at: null },
      { id: made.id, name: 'Reports', is_current: false, revoked_at: null },
    ])
  })

  it.each([{ name: '' }, { name: '  ' }, { name: 'x'.repeat(101) }, { scope: 'all' }])(
    'is not made of %j',
    async (body) => {
      expect(await account.call('POST', url, body)).toMatchObject({
        status: 400,
        body: { error: 'InvalidBody' },
      })
    },
  )

  it('is one of a hundred at most', async () => {
    for (let count = 2; count <= 100; count += 1) await make()
    expect(await account.call('POST', url)).toMatchObject({
      status: 409,
      body: { error: 'Conflict', data: { reason: 'too_many_tokens' } },
    })
    await account.call('DELETE', `${url}/${(await list()).find((one) => !one.is_current)!.id}`)
    expect((await account.call('POST', url)).status).toBe(200)
  })
})

describe('a revoked access token', () => {
  it('opens nothing from then on, and stays in the list as what it was', async () => {
    const made = await make('Old')
    const revoked = await account.call('DELETE', `${url}/${made.id}`)
    expect(revoked).toMatchObject({ status: 200, body: { id: made.id, revoked_at: expect.any(String) } })
    expect((await callWith(made.access_token, 'GET', '/v4/account')).status).toBe(401)
    expect((await account.call('DELETE', `${url}/${made.id}`)).body).toEqual(revoked.body)
    expect((await list()).map(({ revoked_at }) => revoked_at !== null)).toEqual([false, true])
  })

  it('may be the one in use, which the reply says', async () => {
    const { access_token } = await make()
    const { id } = await current()
    expect((await account.call('DELETE', `${url}/${id}`)).body).toMatchObject({ id, is_current: true })
    expect((await account.call('GET', url)).status).toBe(401)
    expect((await callWith(access_token, 'GET', url)).status).toBe(200)
  })

  it('is the last one only by force', async () => {
    const { id } = await current()
    expect(await account.call('DELETE', `${url}/${id}`)).toMatchObject({
      status: 409,
      body: { error: 'Conflict', data: { reason: 'last_token' } },
    })
    expect((await account.call('DELETE', `${url}/${id}?force=maybe`)).status).toBe(400)
    expect((await account.call('DELETE', `${url}/${id}?force=true`)).status).toBe(200)
    expect((await account.call('GET', '/v4/account')).status).toBe(401)
  })

  it('is never two at once that would leave none', async () => {
    const { id } = await make()
    const mine = await current()
    const replies = await Promise.all([id, mine.id].map((one) => account.call('DELETE', `${url}/${one}`)))
    expect(replies.map(({ status }) => status)).toContain(200)
    const live = await test.services.accessTokens.list(account.id)
    expect(live.filter(({ revoked_at }) => revoked_at === null)).toHaveLength(1)
  })

  it('cannot write in a call that was let in just before', async () => {
    const thief = await make('Stolen')
    const { accessTokens, database } = test.services
    const authenticate = accessTokens.authenticate.bind(accessTokens)
    vi.spyOn(accessTokens, 'authenticate').mockImplementation(async (token) => {
      const holder = await authenticate(token)
      if (token === thief.access_token) {
        await database.write((tx) => accessTokens.revoke(tx, account.id, thief.id))
      }
      return holder
    })
    expect(await callWith(thief.access_token, 'POST', url)).toMatchObject({ status: 401 })
    expect(await list()).toHaveLength(2)
  })

  it('ends the streams that it opened within seconds, however rare heartbeats are', async () => {
    const slow = await createTestApp({ BOBBIN_TIMINGS: '{"heartbeat":600000}' })
    try {
      const one = await slow.signUp()
      const stream = await slow.app.inject({
        url: '/v4/events?after=0',
        headers: { authorization: `Bearer ${one.token}`, accept: 'text/event-stream' },
        payloadAsStream: true,
      })
      const { id } = (await slow.services.accessTokens.list(one.id))[0]!
      // As another process or the command line does it: nothing but the row tells of it.
      await slow.services.database.write((tx) =>
        slow.services.accessTokens.revoke(tx, one.id, id, { force: true }),
      )
      const ended = finished(stream.stream().resume()).then(() => 'ended')
      expect(await Promise.race([ended, delay(20_000, 'still open', { ref: false })])).toBe('ended')
    } finally {
      await slow.close()
    }
  })

  it('ends the streams that it opened, in the middle of a check', async () => {
    const shop = await createShop(account, { tables: '1000000' })
    const { id, access_token } = await make()
    const stream = await test.app.inject({
      url: `/v4/sources/${shop.id}/checks/${shop.check_job_name}/log`,
      headers: { authorization: `Bearer ${access_token}` },
      payloadAsStream: true,
    })
    expect(stream.statusCode).toBe(200)
    await account.call('DELETE', `${url}/${id}`)
    let text = ''
    for await (const chunk of stream.stream()) text += String(chunk)
    expect(text).not.toContain('finished')
    await account.call('DELETE', `/v4/sources/${shop.id}`)
  })

  it('takes its unspent ephemeral tokens with it, and no flow that was opened', async () => {
    const made = await make()
    const ephemeral = async (token: string) =>
      createdEphemeralToken.parse((await callWith(token, 'POST', '/v3/sessions/ephemeral')).body)
        .ephemeral_token
    const [spent, unspent] = [await ephemeral(made.access_token), await ephemeral(made.access_token)]
    const others = await ephemeral(account.token)
    const opened = createTestFlow(test.app, test.services)
    expect((await opened.claim(spent)).statusCode).toBe(200)
    await account.call('DELETE', `${url}/${made.id}`)
    const late = await createTestFlow(test.app, test.services).claim(unspent)
    expect([late.statusCode, late.json()]).toMatchObject([
      401,
      { error: 'UpgradeEphemeralToken', data: { reason: 'invalid' } },
    ])
    expect((await opened.claim(spent)).statusCode).toBe(200)
    expect((await createTestFlow(test.app, test.services).claim(others)).statusCode).toBe(200)
  })

  it('is forgotten after 90 days', async () => {
    const { id } = await make()
    await account.call('DELETE', `${url}/${id}`)
    await test.services.accessTokens.deleteOld()
    expect(await list()).toHaveLength(2)
    await test.services.database.write((tx) =>
      tx.db.updateTable('access_token').set({ revoked_at: 1 }).where('id', '=', id).execute(),
    )
    await test.services.accessTokens.deleteOld()
    expect(await list()).toHaveLength(1)
  })
})

it('another account’s token is not there', async () => {
  const other = await test.signUp('other@acme.test')
  const { id } = await current()
  for (const path of [`${url}/${id}`, `${url}/${id}?force=true`, `${url}/nope`]) {
    expect(await other.call('DELETE', path)).toMatchObject({ status: 404, body: { error: 'NotFound' } })
  }
  expect((await other.call('GET', url)).as(z.array(accessToken))).toHaveLength(1)
  expect((await account.call('GET', url)).status).toBe(200)
})

describe('the last use', () => {
  const setLastUse = (last_used_at: number) =>
    test.services.database.write((tx) => tx.db.updateTable('access_token').set({ last_used_at }).execute())

  it('is told to the minute', async () => {
    const before = Date.now()
    expect((await current()).last_used_at).toBeNull()
    await test.services.tokenUses.flush()
    expect(Date.parse((await current()).last_used_at!)).toBeGreaterThanOrEqual(before)
  })

  it.each([
    [59_000, false],
    [61_000, true],
  ])('of %d ms ago is written again: %s', async (age, isWritten) => {
    // Uses noted until here are done with.
    await test.services.tokenUses.flush()
    const past = Date.now() - age
    await setLastUse(past)
    await account.call('GET', '/v4/account')
    await test.services.tokenUses.flush()
    expect(Date.parse((await current()).last_used_at!) !== past).toBe(isWritten)
  })

  it('that cannot be written troubles nobody', async () => {
    const lines: string[] = []
    const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
    const database = { ...test.services.database, write: () => Promise.reject(new Error('the disk is full')) }
    const uses = createTokenUses({ database, now: Date.now, log })
    uses.note({ token_hash: 'hash', account_id: 1, last_used_at: null })
    await uses.flush()
    expect(lines).toEqual([expect.stringContaining('the disk is full')])
  })
})
