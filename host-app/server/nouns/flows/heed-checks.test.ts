import { flowState } from '@bobbin/shared/flow'
import { flowFunctions, type FlowFunction } from '@bobbin/shared/flow-function'
import type { WizardStep } from '@bobbin/shared/steps'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'
import { checkFailure } from '../checks/check-failure.ts'
import { failCheck } from '../checks/end-check.ts'
import { findFlow } from './flow-row.ts'

const type = 'platform.demo-crm'
const kept = { display_name: 'CRM', properties: { start_date: '2026-01-01', region: 'eu' } }

let test: TestApp
let account: TestAccount
beforeAll(async () => {
  test = await createTestApp({
    BOBBIN_DEMO_CRM_URL: 'http://127.0.0.1:8422',
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID: 'id',
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_SECRET: 'secret',
  })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
  await test.services.checkRunner.stop()
})
afterAll(() => test.close())

let sources = 0

/** A source that is authorized and checked; nothing is selected. */
async function checkedSource(): Promise<number> {
  const body = { ...kept, type, display_name: `CRM ${(sources += 1)}` }
  const { id } = (await account.call('POST', '/v4/sources', body)).as(source)
  const { database, credentials } = test.services
  await database.write(async (tx) => {
    const values = { access_token: 'a', refresh_token: 'r' }
    await credentials.save(tx, { accountId: account.id, sourceId: id, kind: 'oauth', values })
    await tx.db
      .insertInto('check_job')
      .values({
        name: `check-${id}`,
        account_id: account.id,
        source_id: id,
        settings_version: 1,
        request_id: null,
        status: 'succeeded',
        created_at: 1,
        started_at: 1,
        completed_at: 1,
        attempt: 1,
        deaths: 0,
        stream_count: 0,
        lease: null,
        lease_until: null,
        failure: null,
      })
      .execute()
    await tx.db
      .updateTable('source')
      .set({ check_job_name: `check-${id}` })
      .where('id', '=', id)
      .execute()
  })
  return id
}

/** A flow on such a source that has walked these steps. */
async function flowThat(fn: FlowFunction, walked: readonly WizardStep[]) {
  const id = await checkedSource()
  const token = (await account.call('POST', '/v3/sessions/ephemeral', {})).as(createdEphemeralToken)
  const flow = createTestFlow(test.app, test.services)
  const subject = flowFunctions[fn].subject === 'id' ? { id } : { type }
  await flow.begin(token.ephemeral_token, { function: fn, ...subject })
  await change(flow, {
    source_id: id,
    walked: JSON.stringify(walked),
    ...(walked.includes('discover_schema') && { check_name: `check-${id}` }),
  })
  return flow
}

const change = (flow: TestFlow, set: object) =>
  test.services.database.write((tx) => tx.db.updateTable('flow').set(set).where('id', '=', flow.id).execute())
const rowOf = (flow: TestFlow) => findFlow(test.services.database.read, flow.id)
const go = (flow: TestFlow, step: string) => flow.call('goToStep', { step })
const stateOf = async (flow: TestFlow) => flowState.parse((await flow.call('getState')).json())
const told = async (flow: TestFlow) =>
  (await flow.relay()).flatMap(({ type: name, data }) => (name === 'step' ? [data.step] : []))

const toStreams: readonly WizardStep[] = ['form', 'oauth', 'discover_schema']

it.each([
  ['that it has come to', ['form', 'oauth']],
  ['that it has gone back to', toStreams],
] as const)('a flow goes to Authorize when the check %s finds the grant withdrawn', async (_, walked) => {
  const flow = await flowThat('addSource', walked)
  await go(flow, 'discover_schema')
  await flow.call('startCheck')
  const name = (await rowOf(flow))?.check_name ?? ''
  await test.services.database.write(async (tx) => {
    const lease = 'a lease'
    const job = await tx.db
      .updateTable('check_job')
      .set({ status: 'running', lease, lease_until: test.services.now() + 60_000 })
      .where('name', '=', name)
      .returningAll()
      .executeTakeFirstOrThrow()
    const parts = { ...test.services, timings: test.services.config.timings }
    await failCheck(parts, tx, { ...job, lease }, checkFailure('AuthorizationExpired'))
  })
  expect((await told(flow)).at(-1)).toBe('oauth')
  expect(await stateOf(flow)).toMatchObject({
    step: 'oauth',
    reachable: ['form', 'oauth'],
    check: { failure: { code: 'AuthorizationExpired' } },
  })
})
