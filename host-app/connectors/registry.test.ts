import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importApi } from './import-api/connector.ts'
import { createRegistry, registryOf } from './registry.ts'

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'bobbin-registry-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('the registry', () => {
  it('finds connectors by type and by slug, and offers the demo CRM only where one runs', async () => {
    const registry = await createRegistry({ demoCrmUrl: null, connectorModules: [] })
    expect(registry.find('platform.hp-postgres')).toBe(registry.findBySlug('postgres'))
    expect(registry.find('platform.demo-crm')).toBeNull()
    expect(registry.findBySlug('nothing')).toBeNull()
    const names = registry.list().map(({ info }) => info.name)
    expect(names).toEqual(
      expect.arrayContaining(['Import API', 'MariaDB', 'PostgreSQL', 'SFTP', 'Shopify', 'Stripe']),
    )
    expect(names).toEqual(names.toSorted((one, other) => one.localeCompare(other, 'en')))

    const withDemo = await createRegistry({ demoCrmUrl: 'http://127.0.0.1:8422', connectorModules: [] })
    expect(withDemo.find('platform.demo-crm')?.oauth?.tokenEndpoint).toBe('http://127.0.0.1:8422/token')
  })

  it("loads the operator's own connectors", async () => {
    const path = await writeModule('own.mjs', { ...importApi.info, type: 'webhook.own', slug: 'own' })
    const registry = await createRegistry({ demoCrmUrl: null, connectorModules: [path] })
    expect(registry.find('webhook.own')?.info.slug).toBe('own')
  })

  it('refuses a connector that breaks the rules, and says every fault', async () => {
    const broken = { ...importApi.info, type: 'own', slug: 'own', steps: ['oauth', 'form'] }
    const path = await writeModule('broken.mjs', broken)
    await expect(createRegistry({ demoCrmUrl: null, connectorModules: [path] })).rejects.toThrow(
      /own cannot be used: the first step must be the form; .*`oauth` go together/,
    )
  })

  it('refuses a module that exports no connector', async () => {
    const path = join(folder, 'empty.mjs')
    await writeFile(path, 'export {}')
    await expect(createRegistry({ demoCrmUrl: null, connectorModules: [path] })).rejects.toThrow(
      'does not export `connector`',
    )
  })

  it('refuses two connectors of one type', () => {
    expect(() => registryOf([importApi, importApi])).toThrow('its type is taken; its slug is taken')
  })
})

async function writeModule(name: string, info: unknown): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `export const connector = { info: ${JSON.stringify(info)} }`)
  return path
}
