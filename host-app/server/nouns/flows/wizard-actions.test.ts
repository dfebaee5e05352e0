import { flowFunctionNames, flowFunctions, type FlowFunction } from '@bobbin/shared/flow-function'
import { wizardSteps, type WizardStep } from '@bobbin/shared/steps'
import { wizardActions, type WizardActionName } from '@bobbin/shared/wizard-actions'
import { createdEphemeralToken, type CreateEphemeralToken } from '@bobbin/shared/session'
import { source } from '@bobbin/shared/source'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { findFlow } from './flow-row.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'

const type = 'platform.demo-crm'

let test: TestApp
let account: TestAccount
/** A source with all steps behind it, and one check of each outcome. */
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
    for (const status of ['succeeded', 'failed'] as const) {
      const job = {
        account_id: account.id,
        source_id: sourceId,
        settings_version: 1,
        request_id: null,
        status,
      }
      const times = { created_at: 1, started_at: 1, completed_at: 1, attempt: 1, deaths: 0, stream_count: 0 }
      const rest = { name: `check-${status}`, lease: null, lease_until: null, failure: null }
      await tx.db
        .insertInto('check_job')
        .values({ ...job, ...times, ...rest })
        .execute()
    }
  })
})
afterAll(() => test.close())

/** A flow of the function, brought to the step. */
async function flowAt(
  fn: FlowFunction,
  step: WizardStep,
  { check = 'succeeded', scope = {} }: { check?: 'succeeded' | 'failed'; scope?: CreateEphemeralToken } = {},
): Promise<TestFlow> {
  const { ephemeral_token: token } = (await account.call('POST', '/v3/sessions/ephemeral', scope)).as(
    createdEphemeralToken,
  )
  const one = createTestFlow(test.app, test.services)
  const subject = flowFunctions[fn].subject === 'id' ? { id: sourceId } : { type }
  await one.begin(token, { function: fn, ...subject })
  await test.services.database.write((tx) =>
    tx.db
      .updateTable('flow')
      .set({
        source_id: sourceId,
        walked: JSON.stringify(wizardSteps.slice(0, wizardSteps.indexOf(step))),
        reopened: step,
        check_name: `check-${check}`,
      })
      .where('id', '=', one.id)
      .execute(),
  )
  return one
}

const bodies: Partial<Record<WizardActionName, object>> = {
  saveForm: { display_name: 'CRM', properties: { start_date: '2026-01-01', region: 'eu' } },
  findStreams: {
    q: '',
    only_selected: false,
    matching: [],
    ticked: [],
    unticked: [],
    offset: 0,
    with_tally: true,
  },
  saveSelection: { changes: [], then: 'skip' },
  repairSource: { source_id: 1 },
}

async function act(one: TestFlow, action: WizardActionName): Promise<LightMyRequestResponse> {
  if (action !== 'authorize') return one.call(action, bodies[action])
  const state = (await one.call('getState')).json<{ authorize_ticket: string | null }>()
  return one.get(`/connect/${one.id}/authorize?ticket=${state.authorize_ticket ?? ''}`)
}

/** What each step is for; the rest is refused there. */
const at: Record<WizardStep, readonly WizardActionName[]> = {
  form: ['saveForm', 'tryOptions'],
  oauth: ['authorize', 'findOptions', 'saveChoices'],
  discover_schema: ['startCheck', 'finishCheck'],
  field_selection: ['listStreams', 'findStreams', 'getStream', 'saveSelection'],
}
/** What an action of the step waits for, which is not so in these flows. */
const unmet: Partial<Record<WizardActionName, Partial<Record<WizardStep, string>>>> = {
  replaceAccount: { oauth: 'no_question' },
  keepAccount: { oauth: 'no_question' },
  addAccount: { oauth: 'no_question' },
  repairSource: { oauth: 'no_question' },
}
const onlyAdding: readonly WizardActionName[] = ['addAccount', 'repairSource']
const always: readonly WizardActionName[] = ['reportProof', 'giveConsent', 'goToStep', 'cancelFlow']

describe.each(flowFunctionNames)('a flow of %s', (fn) => {
  it.each(wizardSteps)('at %s refuses what is not for that step, and changes nothing', async (step) => {
    const one = await flowAt(fn, step)
    const isOut = fn === 'onlyAuthorizeSource' && (step === 'discover_schema' || step === 'field_selection')
    const before = await findFlow(test.services.database.read, one.id)
    const allowed = [...always, ...(isOut ? [] : at[step])]
    for (const action of Object.keys(wizardActions) as WizardActionName[]) {
      if (allowed.includes(action)) continue
      const reply = await act(one, action)
      if (action === 'authorize') {
        expect([reply.statusCode, reply.headers.location]).toEqual([303, `/connect/${one.id}`])
        continue
      }
      const reason =
        isOut || (onlyAdding.includes(action) && fn !== 'addSource') ? undefined : unmet[action]?.[step]
      expect([action, reply.statusCode, reply.json()]).toMatchObject([
        action,
        409,
        { error: 'Conflict', data: { reason: reason ?? 'other_step' } },
      ])
    }
    expect(await findFlow(test.services.database.read, one.id)).toEqual(before)
  })
})

it.each([
  ['form', 'saveForm'],
  ['discover_schema', 'finishCheck'],
  ['field_selection', 'listStreams'],
] as const)('at %s the allowed %s is done', async (step, action) => {
  const reply = await act(await flowAt('authorizeSource', step), action)
  expect(reply.statusCode).toBe(200)
})
