import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/* The built types, as a page's own TypeScript sees them: in a program of their own, for the sources declare the same. */

const root = join(import.meta.dirname, '../../..')
const page = `
import 'bobbin/catalog-element'
import { createCatalog } from 'bobbin/catalog'

const element = document.querySelector('bobbin-catalog')
if (element) {
  element.catalog = createCatalog({ host: 'https://connect.example.com' })
  element.tokenCallback = async () => 'bob_cus_x'
  element.words = { connect: 'Verbinden' }
  void element.reload().then(() => {})
  // @ts-expect-error: a token is a text.
  element.tokenCallback = () => 1
}
export const made: HTMLElement & { words: { connect: string } } = document.createElement('bobbin-catalog')
`

it('who imports it has the element typed by its tag', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bobbin-types-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'page.ts'), page)
  const options = { strict: true, noEmit: true, module: 'esnext', moduleResolution: 'bundler', types: [] }
  const config = { compilerOptions: { ...options, target: 'es2022' }, files: ['page.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const compiler = [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, compiler, (error, stdout, stderr) => resolve(error ? stdout + stderr : ''))
  })
  expect(said).toBe('')
  rmSync(folder, { recursive: true })
})
