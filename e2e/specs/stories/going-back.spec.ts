import type { Page } from '@playwright/test'
import { expectAccessible } from '../../accessibility.ts'
import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { expectAllSet, selectStreams } from '../../wizard-window.ts'
import { demoCrm, expectStreams, goToProvider, submitForm } from '../popup/crm-trip.ts'
import { progressOf } from '../popup/promises.ts'

/** Back to what is done: by the step's label, by **Back**, and by the browser's own; what follows is kept. */

const heading = (wizard: Page, name: string) => wizard.getByRole('heading', { level: 1, name })
const button = (wizard: Page, name: string) => wizard.getByRole('button', { name, exact: true })
const current = (wizard: Page) => wizard.getByRole('navigation', { name: 'Steps' }).locator('[aria-current]')

test('a customer goes back and on by every way, and has to do nothing again', async ({
  customer,
  account,
  cleanStack,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  const calls = cleanStack.proxy.requests
  // Who clicks everything twice saves once, and goes back one step.
  await button(wizard, 'Continue').dblclick()
  await goToProvider(wizard)
  expect(calls.filter(({ url }) => url.endsWith('/form'))).toHaveLength(1)
  await answerProvider(wizard)
  await expectStreams(wizard)
  const requests = () => calls.filter(({ url }) => url === '/token' || url.startsWith('/api/')).length
  const before = requests()

  await button(wizard, 'Back').dblclick()
  await expect(heading(wizard, 'The connection works')).toBeFocused()
  await expect(current(wizard)).toHaveText('Check')
  await expectAccessible(wizard)

  await button(wizard, 'Settings').click()
  await expect(heading(wizard, 'Connect Demo CRM')).toBeFocused()
  await expect(wizard.getByText('means that the connection is checked again')).toBeVisible()
  await expectAccessible(wizard)
  await expect(button(wizard, 'Back')).toHaveCount(0)

  // Also where the focus would stay: on another step's label.
  await button(wizard, 'Streams').focus()
  await wizard.goBack()
  await expect(heading(wizard, 'The connection works')).toBeFocused()
  await wizard.goForward()
  await expect(heading(wizard, 'Connect Demo CRM')).toBeFocused()
  await wizard.reload()
  await expect(current(wizard)).toHaveText('Settings')
  await submitForm(wizard)
  await expectStreams(wizard)

  await button(wizard, 'Authorize').click()
  await expect(wizard.getByRole('link', { name: 'Authorize again with Demo CRM' })).toBeVisible()
  await expectAccessible(wizard)
  await button(wizard, 'Keep this authorization').click()
  await expectStreams(wizard)
  await wizard.goForward()
  await expect(button(wizard, 'Keep this authorization')).toBeVisible()
  await wizard.goBack()
  await expectStreams(wizard)
  expect(requests()).toBe(before)

  // The vendor does not know the authorization any more: the check says so where it can be given again.
  await button(wizard, 'Check').click()
  const gone = cleanStack.proxy.rule(
    { host: hosts.provider, path: /^\/api\// },
    { answer: (_, response) => response.writeHead(401).end('{}') },
  )
  await button(wizard, 'Check again').click()
  const why = wizard.getByRole('alert')
  await expect(why).toContainText('Demo CRM does not accept the authorization any more')
  await expectAccessible(wizard)
  await expect(current(wizard)).toHaveText('Authorize')
  gone.lift()
  await goToProvider(wizard)
  await answerProvider(wizard)
  await expectStreams(wizard)
  await expect(why).toHaveCount(0)

  await selectStreams(wizard, ['deals'])
  await expectAllSet(wizard)
  const result = await call.result()
  expect(result).toMatchObject({ step: 'fully_configured', selected_streams: ['deals'] })
  expect(await account.call('GET', '/v4/sources')).toHaveLength(1)
  expect(progressOf(customer)).toContain('step')
})
