import { expect, it } from 'vitest'
import { createScrub } from './scrub.ts'

const scrub = createScrub(['s3cret word', null, 'ab\tcd'])

it.each([
  ['plain', 'no access for s3cret word'],
  ['percent-encoded', 'no access for s3cret%20word'],
  ['with a character inside that nobody sees', 'no access for s3c\u0000ret\u2066 word'],
  ['broken over two lines', 'no access for s3cret\nword'],
  ['that has a control character itself', 'no access for ab\tcd'],
])('a secret is taken out of a text: %s', (_, text) => {
  expect(scrub(text)).toBe('no access for ***')
})

it('what a vendor writes cannot turn the text around it, nor act on a terminal', () => {
  expect(scrub('table \u202e\u001b[31mstnemyap\u202c\r\nis gone')).toBe('table [31mstnemyap is gone')
})
