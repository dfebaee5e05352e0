import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reasonsOf } from '@bobbin/shared/error-reasons'
import { pageErrors, type PageErrorCode } from '@bobbin/shared/page-errors'
import { errorPage } from './emit-error-page.mjs'
import { readErrorTable } from './read-error-table.mjs'

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

describe.each(['README.md', 'client/README.md'])('%s', (path) => {
  const rows = readErrorTable(textOf(path))

  it('lists every error that a page can get, as the table has it', () => {
    expect(rows.map(({ code, isRetryable }) => [code, isRetryable])).toEqual(
      Object.entries(pageErrors).map(([code, { retryable }]) => [code, retryable]),
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
  const listing = readErrorTable(textOf('client/README.md')).filter(({ when }) =>
    when.includes('`reason` is'),
  )
  const withReason: PageErrorCode[] = ['AppClosedPrematurely', 'UpgradeEphemeralToken', 'AuthorizeFailure']
  expect(listing.map(({ code }) => code)).toEqual(withReason)
})

it('the page that `docsUrl` leads to has an anchor for every code, and says what to do', () => {
  const page = errorPage(readErrorTable(textOf('client/README.md')))
  expect([...page.matchAll(/<section id="(\w+)">/g)].map(([, id]) => id)).toEqual(Object.keys(pageErrors))
  expect(page).not.toContain('<p></p>')
  expect(page).toContain('<p>Show a button that calls <code>error.retry()</code>.</p>')
})
