import { expect, it } from 'vitest'
import { createRepeatedTexts } from './repeated-texts.ts'

/** What is made of a text is told apart by its number. */
function repeated(mostCharacters: number) {
  let count = 0
  const made = createRepeatedTexts<{ number: number }>(mostCharacters, Object.freeze)
  return (text: string) => made(text, () => ({ number: ++count }))
}

it('what comes again is the same from the second time on, and cannot be changed', () => {
  const of = repeated(100)
  const [first, second, third] = [of('a'), of('a'), of('a')]
  expect([first.number, second.number, third]).toEqual([1, 2, second])
  expect([first, second].map(Object.isFrozen)).toEqual([false, true])
  expect(of('b').number).toBe(3)
})

it('all are forgotten before they are more than may be kept, and the one that was too much is kept', () => {
  const of = repeated(10)
  of('aaaaaa')
  of('aaaaaa')
  expect(of('aaaaaa').number).toBe(2)
  of('bbbbbb')
  expect([of('bbbbbb').number, of('bbbbbb').number]).toEqual([4, 4])
  expect(of('aaaaaa').number).toBe(5)
})

it('a text that is longer than all may be is never kept', () => {
  const of = repeated(3)
  expect(['long', 'long', 'long', 'a', 'a', 'a'].map((text) => of(text).number)).toEqual([1, 2, 3, 4, 5, 5])
})
