import { errorEnvelope } from '@bobbin/shared/api/endpoint'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLog } from '../../ground/log.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createShop, finishedCheck } from '../../testing/shop.testing.ts'

interface Line {
  msg: string
  request_id?: string
  source?: number
  path?: string
}

let test: TestApp
let lines: Line[]
beforeEach(async () => {
  lines = []
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line) as Line) })
  test = await createTestApp({}, log)
})
afterEach(() => test.close())

const send = (account: TestAccount, method: 'GET' | 'POST', url: string) =>
  test.app.inject({ method, url, headers: { authorization: `Bearer ${account.token}` } })

const lineOf = (message: string, source: number) =>
  lines.findLast((line) => line.msg === message && line.source === source)

it('a check that a request asked for logs in its name, however many ask at once', async () => {
  const accounts = await Promise.all(['a', 'b', 'c', 'd'].map((name) => test.signUp(`${name}@acme.test`)))
  const shops = await Promise.all(accounts.map((account) => createShop(account, { password: 'broken' })))
  await Promise.all(accounts.map((account, index) => finishedCheck(account, shops[index]!.id)))

  const replies = await Promise.all(
    accounts.map((account, index) => send(account, 'POST', `/v4/sources/${shops[index]!.id}/check`)),
  )
  const checks = await Promise.all(accounts.map((account, index) => finishedCheck(account, shops[index]!.id)))
  const ids = replies.map(({ headers }) => headers['x-request-id'])
  expect(new Set(ids).size).toBe(4)
  expect(shops.map(({ id }) => lineOf('a check failed', id)?.request_id)).toEqual(ids)
  expect(checks.map(({ request_id: id }) => id)).toEqual(ids)
})

it('a reply, its error and its line have one id, and say it once', async () => {
  const account = await test.signUp()
  const reply = await send(account, 'GET', '/v4/sources/1')
  const id = reply.headers['x-request-id']
  expect(errorEnvelope.parse(reply.json()).request_id).toBe(id)
  expect(lines.findLast(({ path }) => path === '/v4/sources/1')?.request_id).toBe(id)
})
