import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { expectAllSet, passCheck, selectStreams } from '../../wizard-window.ts'
import { look } from './look.ts'

/** A provider at which people can leave out single scopes. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

const partial = 'platform.partial'
const button = (wizard: Page, name: string) => wizard.getByRole('button', { name, exact: true })

/** Signs in at the provider and allows all but what is named. */
async function allowAllBut(wizard: Page, scope: string, link: RegExp | string): Promise<void> {
  await wizard.getByRole('link', { name: link }).click()
  await wizard.getByLabel('Your name').fill('Tilda')
  await button(wizard, 'Continue').click()
  if (scope) await wizard.getByRole('checkbox', { name: scope }).uncheck()
  await button(wizard, 'Allow').click()
}

test('what is optional can be left out, and what it is for is locked; given later, it can be had', async ({
  customer,
  account,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: partial })
  await button(wizard, 'Continue').click()
  await allowAllBut(wizard, 'See your name and your workspace', /^Authorize with /)
  await passCheck(wizard)
  const people = wizard.getByRole('checkbox', { name: 'people', exact: true })
  await expect(people).toBeDisabled()
  await expect(wizard.getByText('account.read').first()).toBeVisible()
  await look(wizard, 'partial-consent')
  await selectStreams(wizard, ['deals'])
  await expectAllSet(wizard)
  const { id } = await call.result()
  const streams = await account.listStreams(id)
  expect(streams.map(({ stream_name: name, selected }) => [name, selected === true])).toEqual([
    ['deals', true],
    ['people', false],
  ])
  await wizard.close()

  const again = await customer.open('authorizeSource', { id })
  await allowAllBut(again.wizard, '', /^Authorize/)
  await passCheck(again.wizard)
  await selectStreams(again.wizard, ['people'])
  await expectAllSet(again.wizard)
  expect(await again.call.result()).toMatchObject({ id, selected_streams: ['deals', 'people'] })
})

test('without what is needed nothing is connected, and the person is told what to leave ticked', async ({
  customer,
}) => {
  const { wizard } = await customer.open('addSource', { type: partial })
  await button(wizard, 'Continue').click()
  await allowAllBut(wizard, 'Read your contacts, companies and deals', /^Authorize with /)
  await expect(wizard.getByText('Not everything that is needed was allowed.')).toBeVisible()
  await look(wizard, 'partial-consent-refused')
  await allowAllBut(wizard, '', 'Try again')
  await passCheck(wizard)
})
