import { api } from '@bobbin/shared/api'
import { check, checkEvent } from '@bobbin/shared/check'
import { source } from '@bobbin/shared/source'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from './test-app.ts'
import { createEmptyShop, createShop, finishedCheck, shop } from './test-shop.ts'

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp()
  account = await test.signUp()
})
afterEach(() => test.close())

describe('a check', () => {
  it('tells why it failed, and the field at fault', async () => {
    const { id } = await createShop(account, { password: 'wrong' })
    expect(await finishedCheck(account, id)).toMatchObject({
      status: 'failed',
      error: true,
      failure: { code: 'CredentialsRejected', field: 'password' },
    })
    const { data } = (await account.call('GET', '/v4/events')).as(api.listEvents.reply)
    expect(data.at(-1)?.type).toBe('source.check_failed')
  })

  it('is started again on demand', async () => {
    const { id, check_job_name } = await createShop(account)
    await finishedCheck(account, id)
    const { name } = (await account.call('POST', `/v4/sources/${id}/check`)).as(check)
    expect(name).not.toBe(check_job_name)
    expect(await finishedCheck(account, id)).toMatchObject({ name, status: 'succeeded' })
  })

  it('is not started for a source that is not complete', async () => {
    const { id } = await createEmptyShop(account)
    expect(await account.call('POST', `/v4/sources/${id}/check`)).toMatchObject({
      status: 409,
      body: { error: 'Conflict', data: { reason: 'incomplete', step: 'form' } },
    })
    expect(await account.call('GET', `/v4/sources/${id}/last-connection-check`)).toMatchObject({
      status: 404,
      body: { error: 'NotFound' },
    })
  })
})

describe('the log of a check', () => {
  const logOf = (id: number, name: string, after?: number) =>
    test.app.inject({
      url: `/v4/sources/${id}/checks/${name}/log`,
      headers: {
        authorization: `Bearer ${account.token}`,
        ...(after === undefined ? {} : { 'last-event-id': String(after) }),
      },
    })

  it('streams every event and ends with the last', async () => {
    const { id, check_job_name } = await createShop(account)
    const reply = await logOf(id, check_job_name)
    expect(reply.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    const events = eventsOf(reply.body)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    expect(events.at(-1)?.event).toMatchObject({ type: 'finished', data: { status: 'succeeded' } })
  })

  it('resumes after the last event that was seen, and says when there is no more', async () => {
    const { id, check_job_name } = await createShop(account)
    const all = eventsOf((await logOf(id, check_job_name)).body)
    expect(eventsOf((await logOf(id, check_job_name, 1)).body)).toEqual(all.slice(1))
    expect((await logOf(id, check_job_name, all.length)).statusCode).toBe(204)
  })

  it("is not another source's", async () => {
    const { id, check_job_name } = await createShop(account)
    const second = await account.call('POST', '/v4/sources', { ...shop, display_name: 'Second' })
    expect((await logOf(second.as(source).id, check_job_name)).statusCode).toBe(404)
    expect((await logOf(id, `${check_job_name}x`)).statusCode).toBe(404)
  })
})

function eventsOf(text: string) {
  return [...text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, seq, data]) => ({
    seq: Number(seq),
    event: checkEvent.parse(JSON.parse(data ?? '')),
  }))
}
