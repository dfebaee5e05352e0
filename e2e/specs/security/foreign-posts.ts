import type { Page } from '@playwright/test'

/** All that a page of another origin can do to make a browser post: forms of each kind, and fetches. */

const routes = [
  'form',
  'step',
  'check',
  'check/finish',
  'selection',
  'proof',
  'consent',
  'cancel',
  'claim',
  'presence',
]

/**
 * Posts to every route of a wizard's API from this page, and returns what each post was answered with,
 * which the page itself cannot see.
 */
export async function postToWizard(
  page: Page,
  wizardUrl: string,
): Promise<{ path: string; status: number }[]> {
  const answers: { path: string; status: number }[] = []
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (response.request().method() === 'POST' && pathname.startsWith('/connect/')) {
      answers.push({ path: pathname, status: response.status() })
    }
  })
  for (const route of routes) {
    const before = answers.length
    await page.evaluate(post, `${wizardUrl}/${route}`)
    while (answers.length < before + 4) await page.waitForEvent('response')
  }
  return answers
}

/** Four posts that need no one's leave, and one that asks for it first and is not sent. Runs in the page. */
async function post(url: string): Promise<void> {
  const body = '{"display_name":"Evil","properties":{}}'
  for (const enctype of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
    const frame = document.createElement('iframe')
    frame.name = `frame-${crypto.randomUUID()}`
    const form = Object.assign(document.createElement('form'), {
      method: 'post',
      action: url,
      enctype,
      target: frame.name,
    })
    // As text/plain this is JSON but for the sign between name and value.
    const input = Object.assign(document.createElement('input'), { name: body.slice(0, -1), value: '"}' })
    form.append(input)
    document.body.append(frame, form)
    form.submit()
  }
  await fetch(url, { method: 'POST', body, mode: 'no-cors', credentials: 'include' })
  const headers = { 'Content-Type': 'application/json' }
  await fetch(url, { method: 'POST', body, headers, credentials: 'include' }).catch(() => null)
}
