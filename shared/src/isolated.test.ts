import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cleanName } from './clean-name.ts'
import { cleanSentence, isolated, sentenceParts } from './isolated.ts'

it('a name cannot leave its isolate', () => {
  expect(isolated('Acme\u2069 \u202edtL')).toBe('\u2068Acme dtL\u2069')
})

it('a sentence is taken apart into what is ours and what are names', () => {
  expect(sentenceParts(`${isolated('A')} and ${isolated('B')} cannot both be.`)).toEqual([
    '',
    'A',
    ' and ',
    'B',
    ' cannot both be.',
  ])
  expect(sentenceParts('No names.')).toEqual(['No names.'])
})

it('a clean sentence keeps its isolated names, and nothing else that turns text', () => {
  const sentence = `Schema ${isolated('חנות')}\u202e is \u2067read\u2069.\n`
  expect(cleanSentence(sentence)).toBe('Schema \u2068חנות\u2069 is read. ')
  const turning = fc.constantFrom('\u2068', '\u2069', '\u2066', '\u202e', 'a', 'ח', ' ', '\0')
  fc.assert(
    fc.property(fc.array(turning), (characters) => {
      const cleaned = cleanSentence(characters.join(''))
      expect(cleanSentence(cleaned)).toBe(cleaned)
      expect(cleaned.replaceAll(/\u2068[^\u2068\u2069]*\u2069/g, '')).toBe(
        cleanName(cleaned.replaceAll(/\u2068[^\u2068\u2069]*\u2069/g, '')),
      )
    }),
  )
})
