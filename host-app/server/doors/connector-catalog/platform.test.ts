import { ownConnectors } from '../../../connectors/own-connectors.ts'
import { fileURLToPath } from 'node:url'
import { publicCatalogConnector } from '@bobbin/shared/connector-catalog'
import { expect, it } from 'vitest'
import { createTestApp } from '../../testing/app.testing.ts'
import { createTestPage } from './catalog.testing.ts'

const connectorIn = (name: string) =>
  fileURLToPath(new URL(`../../testing/${name}.testing.ts`, import.meta.url))

async function visit(env: Record<string, string>) {
  const test = await createTestApp({
    BOBBIN_CONNECTORS: ['shop-connector', 'old-connector'].map(connectorIn).join(),
    ...env,
  })
  const { call } = createTestPage(test, 'https://anywhere.test')
  const replies = [
    await call('GET', '/platform'),
    await call('GET', '/platform/connectors'),
    await call('GET', '/platform/connectors/test-shop'),
    await call('GET', '/platform/connectors/test-old'),
  ] as const
  await test.close()
  return replies
}

it('visitors see whose catalog it is, and no connector unless the operator shows them', async () => {
  const [platform, ...connectors] = await visit({})
  expect(platform).toMatchObject({
    status: 200,
    body: {
      platform: { name: 'partner', slug: 'partner', login_redirect_url: '', remove_branding: true },
    },
  })
  for (const reply of connectors) {
    expect(reply).toMatchObject({ status: 401, body: { error: 'Unauthorized' } })
  }
})

it('where he shows them, they are as everybody sees them, and what is deprecated is not there', async () => {
  const [platform, list, one, old] = await visit({
    BOBBIN_ANONYMOUS_CATALOG: 'true',
    BOBBIN_PARTNER_NAME: ' Acme & Söhne ',
    BOBBIN_CATALOG_LOGIN_URL: 'https://app.acme.test/login?next=catalog',
  })
  expect(platform.body.platform).toMatchObject({
    name: 'Acme & Söhne',
    slug: 'acme-söhne',
    login_redirect_url: 'https://app.acme.test/login?next=catalog',
  })
  const { connectors } = list.body
  for (const shown of connectors) expect(publicCatalogConnector.strict().parse(shown)).toEqual(shown)
  // All that come with Bobbin, and the test's own, in the order of their names.
  const names = (connectors as { name: string; slug: string }[]).map(({ name }) => name)
  expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'en')))
  const own = ownConnectors({ demoCrmUrl: null })
    .filter(({ info }) => info.auth_methods.some((method) => method.type !== 'OAUTH2'))
    .map(({ info }) => info.slug)
  const slugs = connectors.map(({ slug }: { slug: string }) => slug)
  // What can be signed in to: no settings hold an OAuth client.
  expect(slugs.toSorted()).toEqual([...own, 'test-shop'].toSorted())
  expect(one.body.connector).toEqual(connectors[slugs.indexOf('test-shop')])
  expect(old.status).toBe(404)
})
