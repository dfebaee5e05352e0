import type { StreamSearch } from '@bobbin/shared/wizard-api'
import { expect, test } from 'vitest'
import { findStreams } from './drafted-streams.ts'
import { streamItem, windowOf } from './stream-items.testing.ts'

const here = ['a', 'b', 'c'].map((name) => streamItem({ name }))
const ids = [...here.map((one) => one.tap_stream_id), 'db-gone']

test('streams of a draft are looked up window by window, and those that are gone end it', async () => {
  const asked: StreamSearch[] = []
  const found = await findStreams(ids, (search) => {
    asked.push(search)
    const rows = here.slice(search.offset, search.offset + 2)
    return Promise.resolve({ ok: true, value: { version: 1, tally: null, ...windowOf(rows) } })
  })
  expect(found).toEqual({ ok: true, value: here })
  expect(asked.map(({ offset, ticked }) => [offset, ticked])).toEqual(
    [0, 2, 3].map((offset) => [offset, ids]),
  )
})

test('a look-up that fails is told, so that it can be tried again', async () => {
  const error = { code: 'Internal', message: '', data: {} } as const
  const failing = () => Promise.resolve({ ok: false, error } as const)
  expect(await findStreams(ids, failing)).toEqual({ ok: false, error })
})
