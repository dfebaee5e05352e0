import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { appName, type Stack } from '../../stack.ts'
import { look } from './look.ts'

/** Another product whose users let it into their accounts. Its own pages are made up by the browser. */
const redirectUri = 'https://partner.example/back?from=bobbin'
const state = 'state of the partner'
const verifier = randomBytes(32).toString('base64url')

test.use({
  // The page that is made up for the partner's host does not come in the headless shell.
  hasWindows: true,
  hostEnv: { BOBBIN_PARTNER_REDIRECT_URIS: redirectUri },
})

test.beforeEach(async ({ page }) => {
  await page
    .context()
    .route('https://partner.example/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Partner</title><h1>Back</h1>' }),
    )
})

function urlOf(stack: Stack, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: 'e2e-partner',
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  })
  return `${stack.origins.wizard}/oauth/authorization?${query}`
}

async function openPage(page: Page, stack: Stack, more: Record<string, string> = {}) {
  await page.goto(urlOf(stack, more))
  await expect(page.getByRole('heading', { level: 1, name: `Connect with ${appName}` })).toBeVisible()
}

/** What the partner's page was called with. */
async function answerOf(page: Page): Promise<Record<string, string>> {
  await expect(page.getByRole('heading', { name: 'Back' })).toBeVisible()
  return Object.fromEntries(new URL(page.url()).searchParams)
}

/** The partner's back end gets its token, and looks into the account. */
async function exchange({ hostApp }: Stack, code: string) {
  const url = `http://127.0.0.1:${hostApp.port}`
  const reply = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: 'e2e-partner',
      client_secret: 'e2e-partner-secret-0123456789',
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  })
  const { access_token } = (await reply.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${access_token}` }
  return (await (await fetch(`${url}/v4/account`, { headers })).json()) as Record<string, unknown>
}

test('a person makes an account and allows the partner', async ({ page, cleanStack }) => {
  const email = `${randomUUID()}@weaver.example`
  await openPage(page, cleanStack, { email, company: 'Loom Works' })
  await expect(page.getByLabel('Company')).toHaveValue('Loom Works')
  await expect(page.getByLabel('Access token')).toBeHidden()
  await look(page, 'partner')

  await page.getByLabel('Company').fill('Loom & Co')
  await page.getByLabel('Last name').fill('Lace')
  await page.getByRole('button', { name: 'Allow' }).click()
  await expect(page.getByText('First name is missing.').first()).toBeVisible()
  await expect(page.getByLabel('First name')).toBeFocused()
  await expect(page.getByLabel('Company')).toHaveValue('Loom & Co')
  await look(page, 'partner-faulty')

  await page.getByLabel('First name').fill('Lea')
  await page.getByLabel('First name').press('Enter')
  const { code = '', ...rest } = await answerOf(page)
  expect(rest).toEqual({ from: 'bobbin', state, iss: cleanStack.origins.wizard })
  expect(await exchange(cleanStack, code)).toMatchObject({ company: 'Loom & Co' })
})

test('a person signs in with an access token, by keyboard, and allows', async ({
  page,
  cleanStack,
  account,
}) => {
  await openPage(page, cleanStack)
  await page.getByLabel('Company').fill('Kept')
  await page.getByRole('radio', { name: 'Create an account' }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByLabel('Company')).toBeHidden()
  await page.keyboard.press('Tab')
  await page.keyboard.type('bob_acc_mistyped')
  await page.keyboard.press('Enter')
  await expect(page.getByText('This access token is not valid.').first()).toBeVisible()
  await expect(page.getByLabel('Access token')).toBeFocused()
  await expect(page.getByLabel('Access token')).toHaveValue('')
  await look(page, 'partner-sign-in')
  await page.getByRole('radio', { name: 'Create an account' }).check()
  await expect(page.getByLabel('Company')).toHaveValue('Kept')

  await page.getByRole('radio', { name: 'Use an account that I have' }).check()
  await page.getByLabel('Access token').fill(account.accessToken)
  await page.getByRole('button', { name: 'Allow' }).click()
  const { code = '' } = await answerOf(page)
  expect(await exchange(cleanStack, code)).toMatchObject({ stitch_account_id: account.id })
  expect(cleanStack.readLogs()).not.toContain(account.accessToken)
})

test('in a window whose sandbox allows no forms, a person is told what is missing, and allows', async ({
  page,
  cleanStack,
}) => {
  const window = await openSandboxed(page, cleanStack, 'allow-scripts allow-popups allow-same-origin')
  await window.getByLabel('Company').fill('Loom & Co')
  await window.getByRole('button', { name: 'Allow' }).click()
  await expect(window.getByText('First name is missing.').first()).toBeVisible()
  await expect(window.getByLabel('Company')).toHaveValue('Loom & Co')

  const person = {
    'First name': 'Lea',
    'Last name': 'Lace',
    'Email address': `${randomUUID()}@weaver.example`,
  }
  for (const [title, text] of Object.entries(person)) await window.getByLabel(title).fill(text)
  await window.getByLabel('Last name').press('Enter')
  const { code = '' } = await answerOf(window)
  expect(await exchange(cleanStack, code)).toMatchObject({ company: 'Loom & Co' })
})

test('in a window that a sandbox bars from being itself, a person is told that nothing was sent, and where it works', async ({
  page,
  cleanStack,
}) => {
  for (const more of ['', ' allow-forms']) {
    const window = await openSandboxed(page, cleanStack, `allow-scripts allow-popups${more}`)
    await window.getByLabel('Company').fill('Loom & Co')
    await window.getByRole('button', { name: 'Allow' }).click()
    await expect(window.getByRole('alert').filter({ hasText: 'open the page in another one' })).toBeVisible()
    await expect(window.getByLabel('Company')).toHaveValue('Loom & Co')
    await window.close()
  }
})

test('a person refuses', async ({ page, cleanStack }) => {
  await openPage(page, cleanStack)
  await page.getByRole('button', { name: 'Refuse' }).click()
  expect(await answerOf(page)).toEqual({
    from: 'bobbin',
    error: 'access_denied',
    state,
    iss: cleanStack.origins.wizard,
  })
})

test('a link that would lead elsewhere leads nowhere', async ({ page, cleanStack }) => {
  const query = new URLSearchParams({ client_id: 'e2e-partner', redirect_uri: 'https://evil.example/' })
  await page.goto(`${cleanStack.origins.wizard}/oauth/authorization?${query}`)
  await expect(page.getByRole('heading', { name: 'This request is not complete' })).toBeVisible()
  await look(page, 'partner-request')
})

/** The window inherits the sandbox of the frame that opens it. */
async function openSandboxed(page: Page, stack: Stack, allowed: string): Promise<Page> {
  await page.goto(stack.origins.opener)
  const link = `<a href="${urlOf(stack).replaceAll('&', '&amp;')}" target="_blank" rel="opener">Go</a>`
  await page.evaluate(
    ([sandbox, srcdoc]) => {
      const frame = document.createElement('iframe')
      frame.setAttribute('sandbox', sandbox)
      frame.srcdoc = srcdoc
      document.body.replaceChildren(frame)
    },
    [allowed, link] as const,
  )
  const opened = page.context().waitForEvent('page')
  await page.frameLocator('iframe').getByRole('link').click()
  return opened
}
