import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readIndex } from './connector-index.ts'
import { summaryOf } from './connector-summary.ts'
import { importApi } from './import-api/connector.ts'
import { ownConnectors } from './own-connectors.ts'
import { createRegistry, registryOf } from './registry.ts'

const run = promisify(execFile)

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'bobbin-registry-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('the registry', () => {
  it('finds connectors by type and by slug, and offers the demo CRM only where one runs', async () => {
    const registry = await createRegistry({ demoCrmUrl: null, connectorModules: [] })
    expect(registry.find('platform.hp-postgres')).toBe(registry.findBySlug('postgres'))
    expect(registry.find('platform.demo-crm')).toBeNull()
    expect(registry.findBySlug('nothing')).toBeNull()
    const names = registry.list().map(({ name }) => name)
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
    expect(registry.list().map(({ slug }) => slug)).toContain('own')
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

  it('refuses two connectors of one type, ours among them', async () => {
    expect(() => registryOf([importApi, importApi])).toThrow('its type is taken; its slug is taken')
    const path = await writeModule('taken.mjs', importApi.info)
    await expect(createRegistry({ demoCrmUrl: null, connectorModules: [path] })).rejects.toThrow(
      'its type is taken; its slug is taken',
    )
  })
})

describe('the connectors that come with Bobbin', () => {
  const own = ownConnectors({ demoCrmUrl: null })

  it('keep the rules, which no server asks of them', () => {
    const { list } = registryOf(ownConnectors({ demoCrmUrl: 'https://crm.demo.test' }))
    expect(list()).toHaveLength(own.length + 1)
  })

  it('are listed as they describe themselves, and found where they lie', async () => {
    const registry = await createRegistry({ demoCrmUrl: null, connectorModules: [] })
    const described = registryOf(own)
    expect(registry.list()).toEqual(described.list())
    for (const { type } of registry.list()) {
      const found = registry.find(type)!
      expect(found.info).toEqual(described.find(type)!.info)
      expect(registry.list()).toContainEqual(summaryOf(found.info))
    }
    expect(readIndex()).toHaveLength(own.length)
  })

  it('are loaded when they are asked for, and not before', async () => {
    // By a process of its own: this one has loaded them above.
    const script = `
      import { createRegistry } from ${JSON.stringify(new URL('registry.ts', import.meta.url).href)}
      const { registerHooks } = await import('node:module')
      const loaded = []
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
      const registry = await createRegistry({ demoCrmUrl: null, connectorModules: [] })
      registry.list()
      const connectors = () => loaded.filter((url) => /\\/connectors\\/[^/]+\\/connector\\.ts$/.test(url))
      const before = connectors()
      registry.find('platform.stripe')
      registry.findBySlug('stripe')
      console.log(JSON.stringify({ before, after: connectors() }))`
    const path = join(folder, 'ask.mjs')
    await writeFile(path, script)
    const { stdout } = await run(process.execPath, [path])
    expect(JSON.parse(stdout)).toEqual({
      before: [],
      after: [expect.stringMatching(/\/stripe\/connector\.ts$/)],
    })
  })
})

async function writeModule(name: string, info: unknown): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `export const connector = { info: ${JSON.stringify(info)} }`)
  return path
}
