import { flowFunctionNames, flowFunctions, type FlowFunction } from '@bobbin/shared/flow-function'
import { wizardSteps, type WizardStep } from '@bobbin/shared/steps'
import { createdEphemeralToken, type CreateEphemeralToken } from '@bobbin/shared/session'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFlow } from '../../nouns/flows/flow-row.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'

const type = 'platform.demo-crm'
const checkName = 'check-of-all'

let test: TestApp
let account: TestAccount
/** A source with all behind it but the selection. */
let sourceId: number
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_DEMO_CRM_URL: 'http://127.0.0.1:8422' })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
  const body = { type, display_name: 'CRM' }
  sourceId = (await account.call('POST', '/v4/sources', body)).as(source).id
  const { database, credentials } = test.services
  await database.write(async (tx) => {
    const values = { access_token: 'a', refresh_token: 'r' }
    await credentials.save(tx, { accountId: account.id, sourceId, kind: 'oauth', values })
    const place = { account_id: account.id, source_id: sourceId, settings_version: 1, request_id: null }
    const times = { created_at: 1, started_at: 1, completed_at: 1, attempt: 1, deaths: 0, stream_count: 0 }
    const job = { name: checkName, lease: null, lease_until: null, failure: null }
    await tx.db
      .insertInto('check_job')
      .values({ ...place, ...times, ...job, status: 'succeeded' })
      .execute()
  })
})
afterAll(() => test.close())

/** A flow of the function that has walked up to the step by itself. */
async function walkedTo(
  fn: FlowFunction,
  step: WizardStep,
  scope: CreateEphemeralToken = {},
): Promise<TestFlow> {
  const token = (await account.call('POST', '/v3/sessions/ephemeral', scope)).as(createdEphemeralToken)
  const one = createTestFlow(test.app, test.services)
  const subject = flowFunctions[fn].subject === 'id' ? { id: sourceId } : { type }
  await one.begin(token.ephemeral_token, { function: fn, ...subject })
  const walked = wizardSteps.slice(entryOf(fn), wizardSteps.indexOf(step))
  await change(one, {
    source_id: sourceId,
    walked: JSON.stringify(walked),
    edit: fn === 'editSource' && step !== 'form' ? 'auth' : null,
    check_name: checkName,
    step,
  })
  return one
}

const change = (one: TestFlow, columns: Record<string, unknown>) =>
  test.services.database.write((tx) =>
    tx.db.updateTable('flow').set(columns).where('id', '=', one.id).execute(),
  )

const entryOf = (fn: FlowFunction) => wizardSteps.indexOf(flowFunctions[fn].entry)
const goTo = (one: TestFlow, step: string) => one.call('goToStep', { step })

/** The steps that a flow of the function is at after its own: none where it ends there. */
const ownSteps = (fn: FlowFunction) =>
  wizardSteps.slice(entryOf(fn), flowFunctions[fn].then === 'none' ? entryOf(fn) + 1 : wizardSteps.length)

/** Of the token: whether it allows to edit. */
const tokens: [string, boolean, (fn: FlowFunction) => CreateEphemeralToken][] = [
  ['for all', true, () => ({})],
  ['that edits too', true, (fn) => ({ functions: [...new Set([fn, 'editSource' as const])] })],
  ['for it alone', false, (fn) => ({ functions: [fn] })],
]

describe.each(flowFunctionNames)('%s', (fn) => {
  describe.each(tokens)('with a token %s', (_, edits, scopeFor) => {
    // The form is edited where the function or the token says so; else no step before the function's own.
    const first = edits ? 0 : entryOf(fn)

    it.each(ownSteps(fn))(
      'from %s: to every finished step and forth again, and nowhere else',
      async (from) => {
        const one = await walkedTo(fn, from, scopeFor(fn))
        const reachable = wizardSteps.slice(first, wizardSteps.indexOf(from) + 1)
        expect((await one.call('getState')).json()).toMatchObject({ step: from, reachable })
        const before = await findFlow(test.services.database.read, one.id)
        const told = (await one.relay()).length
        for (const to of wizardSteps.filter((step) => !reachable.includes(step))) {
          const refused = await goTo(one, to)
          const isFinished = wizardSteps.indexOf(to) < wizardSteps.indexOf(from)
          expect([to, refused.statusCode, refused.json()]).toMatchObject(
            isFinished
              ? [to, 403, { error: 'AccessDenied', data: { reason: 'out_of_scope' } }]
              : [to, 409, { error: 'Conflict', data: { reason: 'not_finished' } }],
          )
        }
        expect(await findFlow(test.services.database.read, one.id)).toEqual(before)
        const back = reachable.slice(0, -1)
        for (const to of back) {
          expect((await goTo(one, to)).json()).toMatchObject({
            step: to,
            reachable,
            check: { name: checkName },
          })
          expect((await goTo(one, from)).json()).toMatchObject({ step: from, reachable })
        }
        const events = (await one.relay(told)).map(({ type: kind, data }) => [kind, data])
        expect(events).toEqual(
          back.flatMap((to) => [to, from]).map((step) => ['step', { step, source_id: sourceId }]),
        )
      },
    )
  })
})

describe('a step is not gone to', () => {
  it('before the person has agreed to who asks', async () => {
    const one = await walkedTo('addSource', 'field_selection')
    await change(one, { proven_at: null })
    const refused = await goTo(one, 'form')
    expect([refused.statusCode, refused.json()]).toMatchObject([403, { data: { reason: 'consent' } }])
  })

  it('while the person is at the provider', async () => {
    const one = await walkedTo('authorizeSource', 'oauth')
    await change(one, { away_at: test.services.now() })
    const refused = await goTo(one, 'form')
    expect([refused.statusCode, refused.json()]).toMatchObject([409, { data: { reason: 'away' } }])
    await one.openPage()
    expect((await goTo(one, 'form')).json()).toMatchObject({ step: 'form' })
  })

  it('when the flow has ended, or has expired', async () => {
    const one = await walkedTo('addSource', 'field_selection')
    await one.call('cancelFlow')
    expect((await goTo(one, 'form')).statusCode).toBe(410)
    const other = await walkedTo('addSource', 'field_selection')
    await change(other, { active_at: 1 })
    expect((await goTo(other, 'form')).statusCode).toBe(410)
  })

  it('that is none', async () => {
    const one = await walkedTo('addSource', 'form')
    expect((await goTo(one, 'done')).statusCode).toBe(400)
  })
})

describe('of two documents of one flow', () => {
  const rowsOf = (table: 'source' | 'check_job') =>
    test.services.database.read.selectFrom(table).selectAll().execute()

  /** What each could have sent, from the screen that it still shows. */
  const stale: [WizardStep, Parameters<TestFlow['call']>[0], Record<string, unknown>][] = [
    ['field_selection', 'saveSelection', { changes: [], then: 'skip' }],
    ['field_selection', 'saveSelection', { changes: [], then: 'save' }],
    ['discover_schema', 'finishCheck', {}],
    ['discover_schema', 'startCheck', {}],
  ]
  it.each(stale)(
    'one goes back from %s, and what the other sends (%s) does nothing',
    async (at, name, body) => {
      const one = await walkedTo('addSource', at)
      await goTo(one, 'form')
      const before = await findFlow(test.services.database.read, one.id)
      const rows = [await rowsOf('source'), await rowsOf('check_job')]
      const told = (await one.relay()).length

      const refused = await one.call(name, body)
      expect([refused.statusCode, refused.json()]).toMatchObject([
        409,
        { error: 'Conflict', data: { reason: 'other_step' } },
      ])
      expect(await findFlow(test.services.database.read, one.id)).toEqual(before)
      expect([await rowsOf('source'), await rowsOf('check_job')]).toEqual(rows)
      expect(await one.relay(told)).toEqual([])
      // Where the flow is: the other asks for it as it is refused.
      expect((await one.call('getState')).json()).toMatchObject({ step: 'form', status: 'open' })
    },
  )

  it('both skip the choice at once, and the flow ends once', async () => {
    const one = await walkedTo('addSource', 'field_selection')
    const skip = () => one.call('saveSelection', { changes: [], then: 'skip' })
    const codes = (await Promise.all([skip(), skip()])).map(({ statusCode }) => statusCode)
    expect(codes.toSorted()).toEqual([200, 410])
    expect((await one.relay()).filter(({ type: kind }) => kind === 'completed')).toHaveLength(1)
  })
})

it('an authorization that ends while a later step is looked at comes first', async () => {
  const one = await walkedTo('addSource', 'field_selection')
  await goTo(one, 'discover_schema')
  const { database, credentials } = test.services
  await database.write((tx) => credentials.reject(tx, account.id, sourceId, 'oauth'))
  const state = (await one.call('getState')).json()
  expect(state).toMatchObject({ step: 'oauth', reachable: ['form', 'oauth'] })
})
