import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { demoCrm } from '../popup/crm-trip.ts'
import { expectError } from '../popup/promises.ts'
import { postToWizard } from './foreign-posts.ts'
import { expectMet } from './met.ts'

/** A page of somebody else, in the same browser, that knows the address of the person's wizard. */

test(
  'a page that nobody listed opens the wizard and speaks to it: it is refused, visibly, and the flow ends',
  {
    tag: ['@popup-47', '@attack'],
  },
  async ({ cleanStack, customer, newTab }) => {
    const { origins } = cleanStack
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    await expectMet(customer)
    const flowId = idOf(wizard)
    const hello = { bobbin: 1, flowId, kind: 'hello', pageId: 'evil', relay: 'up' }
    const evil = await newTab()
    const opened = await openFrom(evil, `${origins.evil}/?${query({ open: wizard.url(), post: hello })}`)

    await expect(opened.getByRole('heading', { level: 1 })).toHaveText('This app may not open the setup')
    await expect(opened.getByRole('main')).toContainText(origins.evil)
    await expectError(call, { name: 'OriginNotAllowedError', origin: origins.evil, canResume: false })
    await expect(evil.getByLabel('Messages').getByRole('listitem')).toHaveCount(0)
  },
)

test(
  'a page that nobody listed opens the wizard of an unbegun flow: it gets no answer, and nothing starts',
  {
    tag: ['@popup-47', '@attack'],
  },
  async ({ cleanStack, customer, newTab }) => {
    const { origins, proxy } = cleanStack
    const token = proxy.rule({ path: '/token' }, { hold: true })
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
    const evil = await newTab()
    const hello = { bobbin: 1, flowId: idOf(wizard), kind: 'hello', pageId: 'evil', relay: 'up' }
    const opened = await openFrom(evil, `${origins.evil}/?${query({ open: wizard.url(), post: hello })}`)
    await expect(opened.getByRole('button', { name: 'Continue' })).toBeEnabled()
    token.lift()
    await expectError(call, { name: 'OriginNotAllowedError', origin: origins.evil })
    await expect(opened.getByRole('heading', { level: 1 })).toHaveText('This app may not open the setup')
    await expect(evil.getByLabel('Messages').getByRole('listitem')).toHaveCount(0)
  },
)

test(
  'the wizard shows itself in no frame of another site',
  {
    tag: ['@popup-54', '@attack'],
  },
  async ({ cleanStack, customer, newTab }) => {
    const { origins } = cleanStack
    const { wizard } = await customer.open('addSource', { type: demoCrm })
    await expectMet(customer)
    const evil = await newTab()
    for (const path of [
      new URL(wizard.url()).pathname,
      `/connect/${'A'.repeat(22)}?function=addSource&type=${demoCrm}`,
      '/oauth/callback/demo-crm?state=x',
      '/docs',
      '/nothing-here',
    ]) {
      await evil.goto(`${origins.evil}/?${query({ frame: origins.wizard + path })}`)
      const frame = evil.frames().find((one) => one !== evil.mainFrame())
      // What Chromium shows in place of a document that refused.
      await expect.poll(() => frame?.url()).toBe('chrome-error://chromewebdata/')
    }
    await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
  },
)

test(
  'another site can post nothing to the wizard, by form or by fetch',
  {
    tag: '@attack',
  },
  async ({ cleanStack, account, customer, newTab }) => {
    const { origins, proxy } = cleanStack
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    await expectMet(customer)
    const evil = await newTab()
    await evil.goto(origins.evil)
    const answers = await postToWizard(evil, `${origins.wizard}/connect/${idOf(wizard)}`)
    for (const { status } of answers) expect([403, 404, 415]).toContain(status)
    const posts = proxy.requests.filter(({ headers }) => headers['origin'] === origins.evil)
    expect(posts.length).toBeGreaterThanOrEqual(answers.length)
    for (const { headers } of posts) expect(headers['cookie']).toBeUndefined()
    expect(call.isPending()).toBe(true)
    expect(await account.call('GET', '/v4/sources')).toEqual([])
  },
)

function query(parameters: Record<string, unknown>): string {
  const texts = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return String(new URLSearchParams(texts))
}

function idOf(wizard: Page): string {
  return new URL(wizard.url()).pathname.split('/')[2] ?? ''
}

/** The evil page opens its target by a real click. */
async function openFrom(evil: Page, url: string): Promise<Page> {
  await evil.goto(url)
  const popup = evil.waitForEvent('popup')
  await evil.getByRole('button', { name: 'open' }).click()
  return popup
}
