import { api } from '@bobbin/shared/api'
import { check, checkEvent } from '@bobbin/shared/check'
import { source } from '@bobbin/shared/source'
import { isolated } from '@bobbin/shared/isolated'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { shareProcesses } from '../../testing/processes.testing.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createEmptyShop, createShop, finishedCheck, shop } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp({}, undefined, shareProcesses)
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

describe('the checks of a source', () => {
  const page = api.listChecks.reply
  const recorded = api.listCheckEvents.reply

  /** Checks that ended long ago, oldest first, each with two events. */
  async function record(id: number, count: number, status: 'succeeded' | 'failed', version = 1) {
    const names = Array.from({ length: count }, (_, n) => `${account.id}.${id}.check.old-${version}-${n}`)
    await test.services.database.write(async (tx) => {
      for (const [at, name] of names.entries()) {
        await tx.db
          .insertInto('check_job')
          .values({
            name,
            account_id: account.id,
            source_id: id,
            settings_version: version,
            status,
            lease: null,
            lease_until: null,
            attempt: 1,
            deaths: 0,
            stream_count: 0,
            failure: null,
            created_at: at,
            started_at: at,
            completed_at: at,
          })
          .execute()
        for (const line of ['a', 'b']) await test.services.events.append(tx, `check:${name}`, 'log', { line })
      }
    })
    return names
  }

  it('are listed, newest first, and read one by one', async () => {
    const { id, check_job_name } = await createShop(account)
    await finishedCheck(account, id)
    const { name } = (await account.call('POST', `/v4/sources/${id}/check`)).as(check)
    await finishedCheck(account, id)
    const path = `/v4/sources/${id}/checks`
    const first = (await account.call('GET', `${path}?limit=1`)).as(page)
    expect(first).toMatchObject({ page: 1, total: 2, data: [{ name, status: 'succeeded' }] })
    const second = (await account.call('GET', first.links.next ?? '')).as(page)
    expect(second.data).toMatchObject([{ name: check_job_name }])
    expect((await account.call('GET', `${path}/${check_job_name}`)).body).toEqual(second.data[0])
    expect((await account.call('GET', path)).as(page).data).toHaveLength(2)
  })

  it('tell again what they told', async () => {
    const { id, check_job_name } = await createShop(account)
    await finishedCheck(account, id)
    const path = `/v4/sources/${id}/checks/${check_job_name}/events`
    const { data } = (await account.call('GET', path)).as(recorded)
    expect(data.map(({ seq }) => seq)).toEqual(data.map((_, index) => index + 1))
    expect(data.slice(0, 2).map((event) => event.data)).toEqual([
      { phase: 'queued' },
      { phase: 'connecting' },
    ])
    expect(data[2]).toMatchObject({ type: 'log', data: { line: `Checking ${isolated('Test shop')}.` } })
    expect(data.at(-1)).toMatchObject({ type: 'finished', data: { name: check_job_name } })
    expect((await account.call('GET', `${path}?after=1`)).as(recorded).data).toEqual(data.slice(1))
    expect((await account.call('GET', `${path}?after=x`)).status).toBe(400)
  })

  it("are nobody else's", async () => {
    const { id, check_job_name } = await createShop(account)
    const second = await account.call('POST', '/v4/sources', { ...shop, display_name: 'Second' })
    const other = await test.signUp('ben@b.test')
    for (const path of ['', '/events']) {
      const of = (sourceId: number) => `/v4/sources/${sourceId}/checks/${check_job_name}${path}`
      expect((await account.call('GET', of(second.as(source).id))).body).toMatchObject({ error: 'NotFound' })
      expect((await other.call('GET', of(id))).body).toMatchObject({ error: 'SourceNotFound' })
    }
    expect((await other.call('GET', `/v4/sources/${id}/checks`)).body).toMatchObject({
      error: 'SourceNotFound',
    })
  })

  it('are forgotten beyond the last 50, with their events', async () => {
    const { id, check_job_name } = await createShop(account)
    await finishedCheck(account, id)
    const names = await record(id, 75, 'failed')
    await test.services.checks.deleteOld()
    const { data, total } = (await account.call('GET', `/v4/sources/${id}/checks`)).as(page)
    expect(total).toBe(50)
    expect(data.map(({ name }) => name)).toEqual([check_job_name, ...names.toReversed().slice(0, 49)])
    expect(await test.services.events.last(`check:${names[25]}`)).toBe(0)
    expect(await test.services.events.last(`check:${names[26]}`)).toBe(2)
  })

  it('are kept where they prove the settings, or run', async () => {
    const { id } = await createShop(account)
    await finishedCheck(account, id)
    await test.services.database.write(({ db }) =>
      db.updateTable('check_job').set({ created_at: -1 }).where('account_id', '=', account.id).execute(),
    )
    await record(id, 60, 'failed')
    await test.services.checks.deleteOld()
    const { total } = (await account.call('GET', `/v4/sources/${id}/checks`)).as(page)
    expect(total).toBe(51)
    expect((await account.call('GET', `/v4/sources/${id}`)).as(source).report_card).toMatchObject({
      current_step_type: 'field_selection',
    })
  })
})

function eventsOf(text: string) {
  return [...text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, seq, data]) => ({
    seq: Number(seq),
    event: checkEvent.parse(JSON.parse(data ?? '')),
  }))
}
