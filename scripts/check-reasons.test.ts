import { expect, it } from 'vitest'
import { findWrongReasons } from './check-reasons.mjs'

const table = `
  export const errorReasons = {
    Conflict: { taken: { sentence: 'a' }, 'gone away': { sentence: 'b' } },
    AccessDenied: { origin: { sentence: 'c' } },
    AppClosedPrematurely: {},
  } as const satisfies Readonly<Record<string, Reasons>>`

const denied = `new AppError('AccessDenied', { data: { reason: 'origin' } })`
const taken = `new AppError('Conflict', { message: 'm', data: { reason: 'taken', id: 1 } })`
const gone = `new AppError('Conflict', { data: { reason: 'gone away' } })`

/** What is said about a file of these lines. */
const about = (...lines: string[]) => findWrongReasons({ 'a.ts': lines.join('\n') }, table)

it.each([
  ['where it is thrown', taken, gone],
  ['as one of two', `new AppError('Conflict', { data: { reason: isTaken ? 'taken' : 'gone away' } })`],
  ['as a value', `tell({ code: 'Conflict', data: { reason: 'taken' } })`, `fail('Conflict', 'gone away')`],
  ['to a function', `function no(reason: ReasonOf<'Conflict'>) {}`, `no('taken'); it.no('gone away')`],
  ['by a function', `function why(): ReasonOf<'Conflict'> { return 'taken' }`, gone],
  ['in a list', `const all: Record<string, ReasonOf<'Conflict'>> = { a: 'taken', b: 'gone away' }`],
  [
    'as part of something of a named type',
    `interface Why { readonly reason: ReasonOf<'Conflict'> }`,
    `const why = (): Why => ({ reason: 'taken' })`,
    `const other = { reason: 'gone away' } satisfies Why`,
  ],
])('a word is said of its code %s', (_, ...lines) => {
  expect(about(denied, ...lines)).toEqual([])
})

it('finds a word that is not of the code, or of none of the codes that it may be', () => {
  const text = [
    `new AppError('Conflict', { data: { reason: 'origin' } })`,
    `new AppError(isOne ? 'Conflict' : 'AccessDenied', { data: { reason: 'because' } })`,
    `tellAccount('webhook.disabled', { reason: 'gone' })`,
  ]
  expect(about(denied, taken, gone, ...text)).toEqual([
    'a.ts:4: no reason of Conflict: origin',
    'a.ts:5: no reason of Conflict or AccessDenied: because',
  ])
})

it('finds a word of the table that nobody says, of that code', () => {
  const text = [
    `if (reason === 'taken') tell('taken')`,
    `function why(): ReasonOf<'AccessDenied'> { const a = () => { return 'gone away' } }`,
  ]
  expect(about(denied, ...text)).toEqual([
    'the table has Conflict taken, and nobody says it',
    'the table has Conflict gone away, and nobody says it',
  ])
})

it('finds a code that says too little by itself', () => {
  const text = [
    `new AppError('Conflict')`,
    `new AppError('Conflict', { message: 'm' })`,
    `new AppError('Gone')`,
  ]
  expect(about(denied, taken, gone, ...text)).toEqual([
    'a.ts:4: Conflict is thrown without a reason',
    'a.ts:5: Conflict is thrown without a reason',
  ])
})
