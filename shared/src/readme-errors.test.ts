import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reasonsOf } from './error-reasons.ts'
import { pageErrors, type PageErrorCode } from './page-errors.ts'

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** The cells of every row of a table whose first is the class of an error. */
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^\| `\w+Error`/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name = '', when = '', ...rest]) => ({
      code: name.replaceAll('`', '').replace(/Error$/, ''),
      when,
      retry: rest.filter((cell) => cell !== '').at(-1),
    }))

describe.each(['README.md', 'client/README.md'])('%s', (path) => {
  const rows = rowsOf(textOf(path))

  it('lists every error that a page can get, as the table has it', () => {
    expect(rows.map(({ code, retry }) => [code, retry])).toEqual(
      Object.entries(pageErrors).map(([code, { retryable }]) => [code, retryable ? 'yes' : 'no']),
    )
  })

  it('lists the reasons of an error whole, or not at all', () => {
    for (const { code, when } of rows) {
      const listed = /`reason` (?:is|says why:) ([^;|.]+)/.exec(when)?.[1]
      if (listed === undefined) continue
      const words = listed.split(/, (?:or )?| or /).map((part) => part.split(' ', 1)[0])
      expect([code, words.toSorted()]).toEqual([code, Object.keys(reasonsOf(code)).toSorted()])
    }
  })
})

it('the reasons of an error of the client are where that is documented', () => {
  const listing = rowsOf(textOf('client/README.md')).filter(({ when }) => when.includes('`reason` is'))
  const withReason: PageErrorCode[] = ['AppClosedPrematurely', 'UpgradeEphemeralToken', 'AuthorizeFailure']
  expect(listing.map(({ code }) => code)).toEqual(withReason)
})
