import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { pageErrors } from './page-errors.ts'

it('the README lists every error that a page can get, as the table has it', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const table = /<!-- errors -->\n([\s\S]*?)<!-- \/errors -->/.exec(readme)?.[1] ?? ''
  const rows = table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, code, , retry]) => [code?.replaceAll('`', ''), retry])
  const expected = Object.entries(pageErrors).map(([code, { retryable }]) => [
    `${code}Error`,
    retryable ? 'yes' : 'no',
  ])
  expect(rows).toEqual(expected)
})
