import type { Locator, Page } from '@playwright/test'
import { flowFunctionNames, flowFunctions, type FlowFunction } from '@bobbin/shared/flow-function'
import { isStepLegal, type WizardStep } from '@bobbin/shared/steps'
import type { CustomerPage } from '../../customer-page.ts'
import type { DatabaseSettings } from '../../database.ts'
import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { clickDone, closeAsUser, expectAllSet, passCheck } from '../../wizard-window.ts'
import { expectError } from '../popup/promises.ts'

// Long, and each on its own: any worker may take one.
test.describe.configure({ mode: 'parallel' })

/** The four sequences of steps that a type may have: every function is walked, or refused, for each. */
const types = [
  { type: 'platform.hp-postgres', name: 'PostgreSQL', steps: ['form', 'discover_schema', 'field_selection'] },
  {
    type: 'platform.demo-crm',
    name: 'Demo CRM',
    steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
  },
  { type: 'import_api', name: 'Import API', steps: ['form'] },
  { type: 'platform.oauth-only', name: 'Sign-in only', steps: ['form', 'oauth'] },
] as const satisfies readonly { type: string; name: string; steps: readonly WizardStep[] }[]

for (const { type, name, steps } of types) {
  test(`${name}: every function enters at its step and walks what it promises`, async ({
    customer,
    account,
    database,
  }) => {
    const added = await customer.open('addSource', { type })
    await walk(added.wizard, [...steps], database)
    const { id, step } = await finish(added)
    expect(step).toBe('fully_configured')

    for (const fn of flowFunctionNames) {
      if (fn === 'addSource') continue
      if (!isStepLegal(steps, fn)) {
        await expectIllegal(customer, fn, id)
        continue
      }
      const opened = await customer.open(fn, { id })
      await walk(opened.wizard, expectedSteps(steps, fn), database)
      const result = await finish(opened)
      expect([fn, result]).toMatchObject([fn, { id, type }])
      // Nobody waits for the check after `onlyAuthorizeSource`; it runs all the same.
      if (result.step !== 'fully_configured') {
        expect([fn, result]).toMatchObject([
          'onlyAuthorizeSource',
          { step: 'discover_schema', check: { status: 'running' } },
        ])
        expect(await account.awaitCheck(id)).toMatchObject({ name: result.check?.name, status: 'succeeded' })
      }
    }
    expect((await account.getSource(id)).report_card.current_step_type).toBe('fully_configured')
  })
}

test('a function opens at the first step that is not finished', async ({ customer, account }) => {
  const { id } = await account.createSource({
    type: 'platform.demo-crm',
    display_name: 'Unauthorized',
    properties: { start_date: '2026-01-01', region: 'eu' },
  })
  const { wizard, call } = await customer.open('selectStreamsForSource', { id })
  await expectStep(wizard, 'oauth')
  await closeAsUser(wizard)
  expect(await call.error()).toMatchObject({ name: 'AppClosedPrematurelyError', sourceId: id })
})

/** The steps that a function walks for a source that has them all behind it. */
function expectedSteps(steps: readonly WizardStep[], fn: FlowFunction): WizardStep[] {
  const { entry, then } = flowFunctions[fn]
  // An edit that changes nothing makes nothing necessary.
  return then === 'all' ? steps.slice(steps.indexOf(entry)) : [entry]
}

/** Does what each of the steps asks for, and sees that no other comes. */
async function walk(wizard: Page, steps: WizardStep[], database: DatabaseSettings): Promise<void> {
  for (const step of steps) {
    await expectStep(wizard, step)
    await doStep[step](wizard, database)
  }
  await expectAllSet(wizard)
}

const doStep: Record<WizardStep, (wizard: Page, database: DatabaseSettings) => Promise<void>> = {
  async form(wizard, database) {
    if (await isEmpty(wizard.getByLabel('Workspace'))) await wizard.getByLabel('Workspace').fill('acme')
    if (await isEmpty(wizard.getByLabel('Host', { exact: true }))) {
      await wizard.getByLabel('Host', { exact: true }).fill(database.host)
      await wizard.getByLabel('Port', { exact: true }).fill(database.port)
      await wizard.getByLabel('Database', { exact: true }).fill(database.dbname)
      await wizard.getByLabel('User', { exact: true }).fill(database.user)
      await wizard.getByLabel('Password', { exact: true }).fill(database.password)
    }
    await wizard.getByRole('button', { name: /^(Continue|Save changes)$/ }).click()
  },
  async oauth(wizard) {
    await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
    await answerProvider(wizard)
  },
  discover_schema: passCheck,
  async field_selection(wizard) {
    const all = wizard.getByRole('list', { name: /^(Tables|Objects)$/ }).getByRole('checkbox')
    await all.first().check()
    await wizard.getByRole('button', { name: 'Save selection' }).click()
  },
}

/** Whether the form has this field, and nothing is in it. */
async function isEmpty(field: Locator): Promise<boolean> {
  return (await field.count()) > 0 && (await field.inputValue()) === ''
}

/** How the navigation calls the steps. */
const names: Record<WizardStep, string> = {
  form: 'Settings',
  oauth: 'Authorize',
  discover_schema: 'Check',
  field_selection: 'Streams',
}

async function expectStep(wizard: Page, step: WizardStep): Promise<void> {
  const steps = wizard.getByRole('navigation', { name: 'Steps' }).getByRole('listitem')
  await expect(steps.and(wizard.locator('[aria-current="step"]'))).toHaveText(names[step])
}

async function finish({ wizard, call }: Awaited<ReturnType<CustomerPage['open']>>) {
  const result = await call.result()
  await clickDone(wizard)
  return result
}

/** A step that the type does not have. */
async function expectIllegal(customer: CustomerPage, fn: FlowFunction, id: number): Promise<void> {
  const { wizard, call } = await customer.open(fn, { id })
  await expectError(call, { name: 'InvalidOptionsError', code: 'InvalidOptions' })
  await expect.poll(() => wizard.isClosed()).toBe(true)
}
