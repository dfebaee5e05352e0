import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
// The built files, by the names that they have in the package.
import { createConnect } from 'bobbin'
import * as built from 'bobbin/catalog'
import * as status from 'bobbin/lib/api/connection'
import { connectionOf, startCatalog } from './catalog-server.testing.ts'

const names = ['AuthorizationStatus', 'CatalogError', 'ConnectionStatus', 'connectionStatus', 'createCatalog']

it('the built files have these names', () => {
  expect(Object.keys(built).toSorted()).toEqual(names)
  expect(Object.keys(status).toSorted()).toEqual([
    'AuthorizationStatus',
    'ConnectionStatus',
    'connectionStatus',
  ])
  const everywhere = Object.fromEntries(Object.entries(built).filter(([name]) => name.endsWith('Status')))
  expect(JSON.stringify(status)).toBe(JSON.stringify(everywhere))
})

it('the main client is a file beside it, which other modules of the page have loaded already', async () => {
  const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
  const text = await readFile(`${dist}catalog.js`, 'utf8')
  expect([...text.matchAll(/(?:from|import)\s*\(?["'`]([^"'`]+)/g)].map(([, name]) => name)).toEqual([
    './bobbin.js',
  ])
})

/** Runs a module in a Node of its own, which has no window. Its standard output. */
async function inNode(script: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  })
  return stdout.trim()
}

it('to import it where there is no window does nothing', async () => {
  const script = `
    const before = Object.getOwnPropertyNames(globalThis).join()
    globalThis.fetch = () => { throw new Error('asked') }
    await import('bobbin/catalog')
    await import('bobbin/lib/api/connection')
    console.log(Object.getOwnPropertyNames(globalThis).join() === before, process.getActiveResourcesInfo().includes('Timeout'))`
  expect(await inNode(script)).toBe('true false')
})

it('and there it reads', async () => {
  const server = await startCatalog()
  server.connections.set('7', connectionOf('slack', '7'))
  const script = `
    import { createCatalog, connectionStatus } from 'bobbin/catalog'
    const catalog = createCatalog({ host: '${server.url}' })
    const open = await catalog.listConnectors()
    await catalog.login(async () => 'good')
    const connections = await catalog.listConnections()
    await catalog.removeConnection('slack')
    console.log(open.length, connections.map(connectionStatus).join(), (await catalog.listConnections()).length)`
  expect(await inNode(script)).toBe('2 2 0')
})

it('a window cannot be opened there, which is told', async () => {
  const server = await startCatalog()
  const catalog = built.createCatalog({ host: server.url, connect: createConnect({ host: server.url }) })
  await catalog.login('good')
  await expect(catalog.connect('slack')).rejects.toBeInstanceOf(Error)
})
