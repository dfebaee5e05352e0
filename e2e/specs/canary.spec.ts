import type { Page } from '@playwright/test'
import { readCertificate } from '../certificate.ts'
import { expect, test as base } from '../fixtures.ts'
import { hosts } from '../hosts.ts'
import { startFrontProxy, type FrontProxy } from '../servers/front-proxy.ts'

/**
 * Whether the browser under test protects its user as a real one does. If one of these fails, the other
 * specs prove nothing.
 */
const test = base.extend<{ hostsProxy: FrontProxy }>({
  async hostsProxy({}, use) {
    const proxy = await startFrontProxy(readCertificate())
    await use(proxy)
    await proxy.close()
  },
})

test('a window opened without a click is blocked, and one opened in a click is not', async ({
  hostsProxy: proxy,
  page,
}) => {
  serve(proxy, hosts.opener, {
    '/': `<button>open</button><script type="module" src="/page.js"></script>`,
    '/page.js': `
      const tell = (when) => fetch('/told?' + when + '=' + window.open('/empty'), { method: 'POST' })
      setTimeout(() => tell('timer'), 200)
      document.querySelector('button').onclick = () => tell('click')`,
    '/empty': '',
  })
  // Told to the server: what Playwright runs in a page to look at it would count as a gesture.
  const told = () =>
    proxy.requests.flatMap(({ url }) => (url.startsWith('/told?') ? decodeURIComponent(url.slice(6)) : []))
  await page.goto(proxy.origin(hosts.opener))
  await expect.poll(told).toEqual(['timer=null'])

  const popup = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'open' }).click()
  await popup
  await expect.poll(told).toEqual(['timer=null', 'click=[object Window]'])
})

test('a page is asked to hold still: axe would judge what is half faded in', async ({ page }) => {
  expect(await page.evaluate(() => matchMedia('(prefers-reduced-motion: reduce)').matches)).toBe(true)
})

test('a frame of another site has storage of its own', async ({ hostsProxy: proxy, page, context }) => {
  const script = `
    new BroadcastChannel('canary').onmessage = ({ data }) => { document.body.append(' heard ' + data) }
    document.body.append('stored: ' + localStorage.getItem('canary'))
    if (self === top) localStorage.setItem('canary', 'top')`
  serve(proxy, hosts.wizard, { '/': `<script type="module">${script}</script>` })
  serve(proxy, hosts.opener, { '/': `<iframe src="${proxy.origin(hosts.wizard)}"></iframe>` })

  const top = await context.newPage()
  await top.goto(proxy.origin(hosts.wizard))
  await expect(top.locator('body')).toContainText('stored: null')
  await page.goto(proxy.origin(hosts.opener))
  const frame = page.frameLocator('iframe').locator('body')
  await expect(frame).toContainText('stored: null')
  await top.evaluate(() => new BroadcastChannel('canary').postMessage('the top page'))
  await top.reload()
  await expect(top.locator('body')).toContainText('stored: top')
  await expect(frame).not.toContainText('heard')
})

test('going back brings a page out of the back-forward cache', async ({ hostsProxy: proxy, page }) => {
  serve(proxy, hosts.opener, {
    '/': `<script type="module">addEventListener('pageshow', (e) => document.body.append(e.persisted ? 'cached' : 'fresh'))</script>`,
    '/other': 'other',
  })
  await page.goto(`${proxy.origin(hosts.opener)}/`)
  await expect(page.locator('body')).toHaveText('fresh')
  await page.goto(`${proxy.origin(hosts.opener)}/other`)
  // A page out of the cache is not loaded, so there is no load to wait for.
  await page.goBack({ waitUntil: 'commit' })
  await expect(page.locator('body')).toHaveText('freshcached')
})

test('a provider with Cross-Origin-Opener-Policy severs the window for good', async ({
  hostsProxy: proxy,
  page,
}) => {
  serve(proxy, hosts.opener, {
    '/': `<button>open</button><p></p><script type="module" src="/page.js"></script>`,
    '/page.js': `
      document.querySelector('button').onclick = () => {
        const opened = window.open(${JSON.stringify(proxy.origin(hosts.wizard))}, 'canary', 'width=500,height=500')
        setInterval(() => { document.querySelector('p').textContent = 'closed: ' + opened.closed }, 50)
      }`,
  })
  serve(proxy, hosts.wizard, { '/': `<a href="${proxy.origin(hosts.provider)}">provider</a>` })
  serve(proxy, hosts.provider, { '/': `<a href="${proxy.origin(hosts.wizard)}">back</a>` })
  proxy.rule({ host: hosts.provider }, { headers: { 'Cross-Origin-Opener-Policy': 'same-origin' } })

  await page.goto(proxy.origin(hosts.opener))
  const popup = await openedBy(page, () => page.getByRole('button', { name: 'open' }).click())
  await expect(popup.getByRole('link', { name: 'provider' })).toBeVisible()
  await expect(page.locator('p')).toHaveText('closed: false')
  await popup.getByRole('link', { name: 'provider' }).click()
  await expect(page.locator('p')).toHaveText('closed: true')
  await popup.getByRole('link', { name: 'back' }).click()
  await expect(popup.getByRole('link', { name: 'provider' })).toBeVisible()
  await expect(page.locator('p')).toHaveText('closed: true')
  expect(await popup.evaluate(() => window.opener)).toBeNull()
})

async function openedBy(page: Page, action: () => Promise<void>): Promise<Page> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), action()])
  return popup
}

/** Answers for a host with these pages. */
function serve(proxy: FrontProxy, host: string, pages: Record<string, string>): void {
  proxy.answer(host, ({ url = '/' }, response) => {
    const body = pages[url]
    const type = url.endsWith('.js') ? 'text/javascript' : 'text/html'
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` })
    response.end(type === 'text/html' ? `<!doctype html><link rel="icon" href="data:,"><body>${body}` : body)
  })
}
