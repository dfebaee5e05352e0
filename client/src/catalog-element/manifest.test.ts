import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import manifest from '../../custom-elements.json' with { type: 'json' }
import { BobbinCatalogElement, defineCatalogElement } from './catalog-element.ts'

/* What is documented is what there is: `client/custom-elements.json` beside the sources. */

const folder = import.meta.dirname
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n')
const [element] = manifest.modules[0]?.declarations ?? []
const found = (pattern: RegExp) =>
  [...new Set([...sources.matchAll(pattern)].map(([, name = '']) => name))].toSorted()
const names = (list: readonly { name: string }[] = []) => list.map(({ name }) => name).toSorted()

it('says of which version of the schema it is, and where the element is', () => {
  expect(manifest.schemaVersion).toBe('1.0.0')
  expect(element).toMatchObject({
    tagName: 'bobbin-catalog',
    customElement: true,
    name: 'BobbinCatalogElement',
  })
  expect(sources).toContain("define('bobbin-catalog', BobbinCatalogElement)")
})

it('has the attributes that are heeded', () => {
  const read = found(/(?:getAttribute|hasAttribute)\('(host|token|no-[a-z]+)'\)/g)
  expect(names(element?.attributes)).toEqual(read)
  expect(read).toEqual(expect.arrayContaining([...BobbinCatalogElement.observedAttributes]))
})

it('has the fields and methods of the class', () => {
  const own = Object.getOwnPropertyNames(BobbinCatalogElement.prototype)
  const callbacks = own.filter((name) => name.endsWith('Callback') && name !== 'tokenCallback')
  expect(names(element?.members)).toEqual(
    own.filter((name) => name !== 'constructor' && !callbacks.includes(name)).toSorted(),
  )
})

it('has the events that are dispatched', () => {
  expect(names(element?.events)).toEqual(found(/emit\('(bobbin-[a-z]+)'/g))
})

it('has the parts', () => {
  const given = [...sources.matchAll(/part: ([^,}]*)/g)].map(([, text = '']) => text)
  const words = given.flatMap((text) =>
    [...text.matchAll(/['`]([a-z -]+)/g)].flatMap(([, all = '']) => all.split(' ').filter(Boolean)),
  )
  // How a connection stands is a part beside `status`.
  const kinds = ['connected', 'ending', 'checking', 'unfinished', 'problem']
  expect(names(element?.cssParts)).toEqual([...new Set([...words, ...kinds])].toSorted())
})

it('has the slots and the custom properties', () => {
  expect(names(element?.slots)).toEqual(found(/make\('slot', \{ name: '([a-z-]+)'/g))
  expect(names(element?.cssProperties)).toEqual(found(/var\((--bobbin-[a-z-]+)/g))
})

it('where there are no elements, importing it and defining it does nothing', () => {
  expect(globalThis.customElements).toBeUndefined()
  expect(() => defineCatalogElement(() => Promise.reject(new Error()) as never)).not.toThrow()
})
