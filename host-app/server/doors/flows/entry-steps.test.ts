import type { FlowFunction } from '@bobbin/shared/flow-function'
import { flowState } from '@bobbin/shared/flow'
import { source } from '@bobbin/shared/source'
import type { WizardStep } from '@bobbin/shared/steps'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page } from '../../testing/flow.testing.ts'

/** Where the wizard opens for a source that is not finished: at the first step that its function cannot do without. */
let test: TestApp
let account: TestAccount
beforeAll(async () => {
  test = await createTestApp({
    BOBBIN_DEMO_CRM_URL: 'https://provider.test',
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID: 'client',
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_SECRET: 'a client secret',
  })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})
afterAll(() => test.close())

interface Unfinished {
  readonly what: string
  readonly type: string
  readonly properties: Readonly<Record<string, string>>
  readonly starts: Partial<Record<FlowFunction, WizardStep>>
}

const unfinished: readonly Unfinished[] = [
  {
    what: 'a database without settings',
    type: 'platform.hp-postgres',
    properties: {},
    starts: { editSource: 'form', displayDiscoveryOutputForSource: 'form', selectStreamsForSource: 'form' },
  },
  {
    what: 'a database that was never reached',
    type: 'platform.test-shop',
    properties: { tables: '1', password: 'wrong' },
    starts: {
      editSource: 'form',
      displayDiscoveryOutputForSource: 'discover_schema',
      selectStreamsForSource: 'discover_schema',
    },
  },
  {
    what: 'a service that was never authorized',
    type: 'platform.demo-crm',
    properties: { start_date: '2026-01-01', region: 'eu' },
    starts: {
      editSource: 'form',
      authorizeSource: 'oauth',
      onlyAuthorizeSource: 'oauth',
      displayDiscoveryOutputForSource: 'oauth',
      selectStreamsForSource: 'oauth',
    },
  },
]

/** Names are taken once only. */
let made = 0

const cases = unfinished.flatMap(({ starts, ...one }) =>
  Object.entries(starts).map(([fn, step]) => ({ ...one, fn, step })),
)

it.each(cases)('$what: $fn starts at $step', async ({ type, properties, fn, step }) => {
  const reply = await account.call('POST', '/v4/sources', {
    type,
    display_name: `Source ${(made += 1)}`,
    properties,
  })
  const { id } = reply.as(source)
  const { body } = await account.call('POST', '/v3/sessions/ephemeral')
  const flow = createTestFlow(test.app, test.services)
  await flow.begin((body as { ephemeral_token: string }).ephemeral_token, { function: fn, id })
  expect(flowState.parse((await flow.call('getState')).json())).toMatchObject({ function: fn, step })
})
