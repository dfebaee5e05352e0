import type { VendorOption } from '@bobbin/shared/vendor-options'
import { describe, expect, it } from 'vitest'
import type { ConnectorContext, OptionsPage, OptionsQuestion } from '../../../connectors/connector.ts'
import { collectOptions } from './collect-options.ts'

const option = (name: string): VendorOption => ({ value: name, label: `Workspace ${name}`, hint: 'Sweden' })

/** Asks a vendor that has so many in pages of such a size. */
async function ask(
  count: number,
  size: number,
  { query = '', cursor = null }: Partial<OptionsQuestion> = {},
  answer?: (page: OptionsPage) => unknown,
) {
  let calls = 0
  const options = (_: ConnectorContext, { cursor: from }: OptionsQuestion): Promise<OptionsPage> => {
    calls += 1
    const start = Number(from ?? 0)
    const names = Array.from({ length: Math.min(size, count - start) }, (_none, index) => `w${start + index}`)
    const next = start + size
    const page = { options: names.map(option), nextCursor: next < count ? String(next) : null }
    return Promise.resolve((answer?.(page) ?? page) as OptionsPage)
  }
  const context = { signal: new AbortController().signal } as ConnectorContext
  const found = await collectOptions({ options }, context, { property: 'workspace', query, cursor })
  return { calls, next: found.next_cursor, values: found.data.map(({ value }) => value) }
}

describe('the choices that a vendor tells', () => {
  it('come in answers of many pages, to their end', async () => {
    const first = await ask(260, 25)
    expect(first).toMatchObject({ calls: 4, next: '100' })
    expect(first.values).toHaveLength(100)
    const rest = await ask(260, 25, { cursor: '200' })
    expect(rest).toMatchObject({ calls: 3, next: null })
    expect(rest.values).toHaveLength(60)
  })

  it('come at once from a vendor without pages', async () => {
    expect((await ask(5_000, 10_000)).values).toHaveLength(5_000)
  })

  it.each([
    ['w7', ['w7', ...Array.from({ length: 10 }, (_none, index) => `w7${index}`)]],
    ['SWEDEN workspace w12', ['w12']],
    ['nobody', []],
  ])('that are searched for %s are found whether the vendor searches or not', async (query, values) => {
    expect((await ask(100, 30, { query })).values).toEqual(values)
  })

  it('of which none of many pages fits are gone on with by whoever asks', async () => {
    expect(await ask(10_000, 25, { query: 'w9999' })).toEqual({ calls: 10, next: '250', values: [] })
  })

  it.each([
    ['a value that is empty', { options: [{ value: '', label: 'x' }], nextCursor: null }],
    ['a label that is none', { options: [{ value: 'x' }], nextCursor: null }],
    ['something else', { options: 'none', nextCursor: null }],
    ['a cursor that is none', { options: [], nextCursor: 7 }],
    ['the same page again', { options: [option('a')], nextCursor: 'again' }],
  ])('end in a failure where they are %s', async (_, page) => {
    await expect(ask(1, 1, {}, () => page)).rejects.toMatchObject({ code: 'VendorUnavailable' })
  })

  it('are cleaned of what no name may hold, and cut', async () => {
    const label = `A\u202Eb\n${'x'.repeat(500)}`
    const context = { signal: new AbortController().signal } as ConnectorContext
    const options = () => Promise.resolve({ options: [{ value: 'a', label }], nextCursor: null })
    const question = { property: 'p', query: '', cursor: null }
    const { data } = await collectOptions({ options }, context, question)
    expect(data[0]?.label).toBe(`Ab ${'x'.repeat(197)}`)
  })

  it('are not asked for once it was stopped', async () => {
    const context = { signal: AbortSignal.abort(new Error('enough')) } as ConnectorContext
    const question = { property: 'p', query: '', cursor: null }
    await expect(
      collectOptions({ options: () => Promise.reject(new Error('asked')) }, context, question),
    ).rejects.toThrow('enough')
  })
})
