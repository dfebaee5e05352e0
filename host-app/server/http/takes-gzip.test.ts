import { expect, it } from 'vitest'
import { takesGzip } from './takes-gzip.ts'

it.each([
  ['gzip', true],
  ['GZIP;q=0.5', true],
  ['x-gzip', true],
  ['*', true],
  ['br, *;q=0.1', true],
  ['gzip;q=0', false],
  ['gzip; q=0.0, *', false],
  ['*;q=0', false],
  ['identity', false],
  ['br', false],
  ['', false],
  [undefined, false],
])('%s takes gzip: %s', (header, expected) => {
  expect(takesGzip(header)).toBe(expected)
})
