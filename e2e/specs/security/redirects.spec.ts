import { expect, test } from '../../fixtures.ts'
import { createCrmSource } from '../popup/crm-trip.ts'
import { ask, randomId } from './scripted-page.ts'
import { expectMet } from './met.ts'

/** No address of the host app leads anywhere that somebody else chose. */

const names = [
  'next',
  'url',
  'to',
  'redirect',
  'redirect_uri',
  'return_url',
  'returnTo',
  'continue',
  'backTo',
  'iss',
  'state',
  'ticket',
  'host',
  'origin',
]

test(
  'no parameter and no odd path leads off the site',
  { tag: '@attack' },
  async ({ cleanStack, account, customer }) => {
    const { origins } = cleanStack
    const id = await createCrmSource(account)
    const { wizard } = await customer.open('authorizeSource', { id })
    await expectMet(customer)
    const { pathname } = new URL(wizard.url())
    const cookies = await wizard.context().cookies(origins.wizard)
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    expect(cookie).toContain('__Host-bobbin-')

    const paths = [
      ...[
        '/',
        '/docs',
        '/client/',
        '/wizard/',
        '/wizard/assets/',
        '/healthz',
        '/connect',
        '/connect/',
        '/oauth/callback/demo-crm',
      ],
      ...[pathname, `${pathname}/authorize`, `/connect/${randomId()}`, `/connect/${randomId()}/authorize`],
    ]
    const evil = [
      origins.evil,
      `//${new URL(origins.evil).host}`,
      `/\\${new URL(origins.evil).host}`,
      'javascript:alert(1)',
    ]
    const urls = [
      ...paths.flatMap((path) =>
        evil.map((value) => `${path}?${new URLSearchParams(names.map((name) => [name, value]))}`),
      ),
      ...[
        '//evil.localhost',
        '//evil.localhost/..',
        '/%2f%2fevil.localhost',
        '/%5cevil.localhost',
        '/connect//evil.localhost',
        '/connect//evil.localhost/authorize',
        '/connect/%2f%2fevil.localhost/authorize',
        '/connect/..%2f..%2fevil.localhost/authorize',
        '/connect/%0d%0aLocation:%20https:%2f%2fevil.localhost/authorize',
      ],
    ]
    for (const url of urls) {
      const headers = { cookie, host: new URL(origins.wizard).host, 'x-forwarded-host': 'evil.localhost' }
      const { location, text } = await ask(cleanStack, 'GET', url, { headers })
      const target = location === null ? null : new URL(location, origins.wizard).origin
      expect([url, target]).toEqual([url, target === null ? null : origins.wizard])
      expect(text).not.toMatch(/(?:href|src|action)="[^"]*(?:evil|javascript:)/)
    }
  },
)

test(
  'a link to the provider without the one-time value leads back to the wizard',
  {
    tag: '@attack',
  },
  async ({ cleanStack, account, customer }) => {
    const { origins, proxy } = cleanStack
    const id = await createCrmSource(account)
    const { wizard } = await customer.open('authorizeSource', { id })
    await expectMet(customer)
    const home = origins.wizard + new URL(wizard.url()).pathname
    for (const query of ['', '?ticket=', `?ticket=${randomId()}`, `?next=${origins.evil}`]) {
      await wizard.goto(`${home}/authorize${query}`)
      expect(wizard.url()).toBe(home)
      await expect(wizard.getByRole('link', { name: 'Authorize with Demo CRM' })).toBeVisible()
    }
    expect(proxy.requests.filter(({ url }) => url.startsWith('/auth'))).toEqual([])
  },
)
