import { expect, it } from 'vitest'
import { findBags } from './check-bags.mjs'

const isTop = (path: string) => path === 'services.ts'

/** Members `a0`, `a1` … of a type. */
const members = (count: number, letter = 'a') =>
  Array.from({ length: count }, (_, index) => `${letter}${index}: Thing`).join('; ')

/** Their names, as `Pick` and `Omit` take them. */
const keys = (count: number, letter = 'a') =>
  Array.from({ length: count }, (_, index) => `'${letter}${index}'`).join(' | ')

const complaints = (text: string, others: Record<string, string> = {}) =>
  findBags({ 'noun.ts': text, ...others }, isTop)

it.each([
  ['written out on the spot', `function f(parts: { ${members(9)} }) {}`],
  ['by a name', `interface RunParts { ${members(9)} } function f({ a0 }: RunParts) {}`],
  ['of options', `interface RunOptions { ${members(9)} } const f = (options: RunOptions) => 1`],
  ['by another name for it', `type RunParts = { ${members(9)} }; function f(parts: RunParts) {}`],
  [
    'with what it has of another',
    `interface OwnParts extends Base { ${members(4, 'b')} } interface Base { ${members(5)} }
    function f(parts: OwnParts) {}`,
  ],
  ['joined by &', `function f(parts: { ${members(5)} } & { ${members(4, 'b')} }) {}`],
  ['picked', `function f(parts: Pick<Everything, ${keys(9)}>) {}`],
  [
    'of which something is left out',
    `interface AllParts { ${members(12)} } function f(a: Omit<AllParts, ${keys(3)}>) {}`,
  ],
  ['all optional', `interface AllParts { ${members(9)} } function f(a: Partial<AllParts>) {}`],
  ['or something else', `interface AllParts { ${members(9)} } function f(a: AllParts | null) {}`],
  ['in a bag', `interface SomeParts { ${members(8)} } function f(a: { b: Thing; some: SomeParts }) {}`],
  ['of a method', `interface Noun { start(parts: { ${members(9)} }): void }`],
  ['of a type of functions', `type Start = (parts: { ${members(9)} }) => void`],
  ['of a constructor', `class A { constructor(parts: { ${members(9)} }) {} }`],
  ['of a parameter with a type of its own', `function f<Parts extends { ${members(9)} }>(parts: Parts) {}`],
])('a bag %s is complained about', (_, text) => {
  expect(complaints(text)).toEqual([expect.stringMatching(/^noun\.ts:\d+: 9 parts, and 8 are the most: /)])
})

it('is found where it is declared, by way of who hands it on', () => {
  const [found] = complaints(`import type { P as RunParts } from './on.ts'\nfunction f(parts: RunParts) {}`, {
    'on.ts': `export { BaseParts as P } from './base.ts'`,
    'base.ts': `export interface BaseParts { ${members(9)} }`,
  })
  expect(found).toMatch(/^noun\.ts:2: 9 parts/)
})

it('eight are fine, and so is what a function works on', () => {
  expect(
    complaints(`
      interface RunParts { ${members(8)} }
      interface Row { ${members(20)} }
      interface Sources { ${members(20)} }
      function f({ a0 }: RunParts, row: Row, sources: Sources, few: Pick<Row, 'a0'>) {}
      const made: { ${members(9)} } = make()`),
  ).toEqual([])
})

it('all that there is has no name but where it is put together', () => {
  const text = `import type { Services } from './services.ts'\nfunction f(services: Services) {}`
  expect(complaints(text)).toEqual([
    expect.stringMatching(/^noun\.ts:1: `Services` is for where/),
    expect.stringMatching(/^noun\.ts:2: `Services` is for where/),
  ])
  expect(complaints(`function f(core: Pick<Core, 'log'>) {}`)).toHaveLength(1)
  expect(complaints('', { 'services.ts': `export interface Core {} function f(core: Core) {}` })).toEqual([])
})
