import type { Locator, Page } from '@playwright/test'
import { freePort } from '../../../scripts/free-port.mjs'
import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { appName, type Stack } from '../../stack.ts'
import { fillPostgresForm } from '../../wizard-window.ts'
import { demoCrm, expectStreams, goToProvider } from '../popup/crm-trip.ts'
import { claim, randomId } from '../security/scripted-page.ts'

/**
 * A double click that is slow, or a screen that is quick: the second click comes when the next screen is there, and was
 * not meant for what lies under it now.
 */

const heading = (wizard: Page, name: string) => wizard.getByRole('heading', { level: 1, name })
const button = (wizard: Page, name: string) => wizard.getByRole('button', { name, exact: true })
const link = (wizard: Page, name: string) => wizard.getByRole('link', { name, exact: true })

/** One click that is meant, and another at the same place as soon as `next` is there, which does nothing. */
async function clickTwice(
  { proxy }: Stack,
  { target, next, way }: { target: Locator; next: Locator; way: Locator },
): Promise<void> {
  const wizard = target.page()
  await target.click({ trial: true })
  const box = await target.boundingBox()
  if (!box) throw new Error('There is nothing to be clicked.')
  // Its time passes slowly from here on: a busy machine would come too late with the second click.
  const session = await wizard.context().newCDPSession(wizard)
  await session.send('Animation.enable')
  await session.send('Animation.setPlaybackRate', { playbackRate: 0.01 })
  await target.click()
  await next.waitFor()
  // What the first click asked for has been asked; the window's own signs of life are nobody's click.
  const asked = () =>
    proxy.requests.filter(
      ({ method, url }) =>
        /^\/connect\/[^/]+\/authorize/.test(url) ||
        (method === 'POST' && /^\/connect\/[^/]+\/(?!presence|proof)/.test(url)),
    ).length
  const before = asked()
  await wizard.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await session.send('Animation.setPlaybackRate', { playbackRate: 1 })
  // Meanwhile the screen takes clicks, so the second has had its time.
  await way.click({ trial: true })
  await expect(next).toBeVisible()
  expect(asked()).toBe(before)
}

test('whoever clicks twice goes one step, at every screen of an authorized source', async ({
  customer,
  cleanStack,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  const form = heading(wizard, 'Connect Demo CRM')
  const oauth = heading(wizard, 'Authorize Demo CRM')
  const check = heading(wizard, 'The connection works')
  const streams = wizard.getByLabel('Find a stream')
  const goOn = button(wizard, 'Continue')
  const keep = button(wizard, 'Keep this authorization')
  const question = wizard.getByRole('dialog', { name: 'Stop here?' })
  const opened = wizard.getByRole('dialog', { name: 'deals' })
  const twice = (target: Locator, next: Locator, way: Locator) =>
    clickTwice(cleanStack, { target, next, way })

  await twice(goOn, oauth, link(wizard, 'Authorize with Demo CRM'))
  await twice(button(wizard, 'Back'), form, goOn)
  await twice(goOn, oauth, link(wizard, 'Authorize with Demo CRM'))
  await goToProvider(wizard)
  await answerProvider(wizard)
  await expectStreams(wizard)
  await twice(button(wizard, 'Back'), check, button(wizard, 'Check again'))
  await twice(button(wizard, 'Back'), oauth, keep)
  await twice(keep, streams, button(wizard, 'Save selection'))
  await expect(wizard.getByText('Select at least one')).toHaveCount(0)
  await twice(button(wizard, 'Cancel'), question, button(wizard, 'Discard and close'))
  await twice(question.getByRole('button').first(), streams, button(wizard, 'Save selection'))
  await expect(question).toHaveCount(0)
  await twice(wizard.getByRole('button', { name: /^Open .*deals/ }), opened, button(wizard, 'Close'))
  await twice(button(wizard, 'Close'), streams, button(wizard, 'Save selection'))
  await expect(opened).toHaveCount(0)
  await expect(wizard.getByRole('checkbox', { checked: true })).toHaveCount(0)
  await wizard.getByRole('checkbox', { name: 'deals', exact: true }).check()
  await twice(button(wizard, 'Save selection'), heading(wizard, 'All set'), button(wizard, 'Done'))
  expect(await call.result()).toMatchObject({ selected_streams: ['deals'] })
})

test('whoever clicks twice mends a failed check, and skips the streams once; a key held down is pressed once', async ({
  customer,
  cleanStack,
  database,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: 'platform.hp-postgres' })
  const failed = heading(wizard, 'The check failed')
  const form = heading(wizard, 'Connect PostgreSQL')
  const goOn = button(wizard, 'Continue')
  const question = wizard.getByRole('dialog', { name: 'Stop here?' })
  const twice = (target: Locator, next: Locator, way: Locator) =>
    clickTwice(cleanStack, { target, next, way })

  await expect(goOn).toBeEnabled()
  await wizard.getByLabel('Host', { exact: true }).fill('somewhere')
  await button(wizard, 'Cancel').focus()
  for (let repeat = 0; repeat < 3; repeat += 1) {
    await wizard.keyboard.down('Enter')
    await expect(question).toBeVisible()
  }
  await wizard.keyboard.up('Enter')
  await wizard.keyboard.press('Escape')

  await fillPostgresForm(wizard, { ...database, port: String(await freePort()) })
  await expect(failed).toBeVisible()
  await twice(button(wizard, 'Edit settings'), form, goOn)
  await wizard.getByLabel('Password', { exact: true }).fill(database.password)
  await wizard.getByLabel('Port', { exact: true }).fill(database.port)
  await wizard.getByLabel('Port', { exact: true }).press('Enter')
  await expectStreams(wizard)
  await twice(
    wizard.getByRole('button', { name: 'Skip' }),
    heading(wizard, 'All set'),
    button(wizard, 'Done'),
  )
  expect(await call.result()).toMatchObject({ selected_streams_count: 0 })
})

test('whoever clicks twice has agreed to nothing that they were asked meanwhile', async ({
  cleanStack,
  account,
  newTab,
}) => {
  const flowId = randomId()
  const request = { app_key: randomId(), ephemeral_token: await account.createToken(), type: demoCrm }
  expect((await claim(cleanStack, flowId, request)).status).toBe(200)
  const mailed = await newTab()
  await mailed.goto(`${cleanStack.origins.wizard}/connect/${flowId}`)
  const agree = button(mailed, `Continue to ${appName}`)
  await clickTwice(cleanStack, {
    target: button(mailed, 'Continue'),
    next: heading(mailed, 'Is this you?'),
    way: agree,
  })
  await agree.click()
  await expect(heading(mailed, 'Authorize Demo CRM')).toBeVisible()
})
