import { vendorOptionsPage } from '@bobbin/shared/vendor-options'
import { expect, it } from 'vitest'
import type { Connector, OptionsPage } from '../connector.ts'
import { expectNoSecret } from './expect-no-secret.testing.ts'
import type { ConnectorFixtures, Situation } from './fixtures.testing.ts'
import { contextOf, expectGivenUp } from './run-connector.testing.ts'

/** Choices are told to their end, each once, and stop where they are told to. */
export function describeOptions(connector: Connector, fixtures: ConnectorFixtures): void {
  const { options = {}, working, silent, secrets = () => [] } = fixtures
  if (!connector.options || !working || !silent) return
  const ask = async (property: string, cursor: string | null, situation: Situation, signal?: AbortSignal) =>
    connector.options?.(contextOf(connector, situation, signal), { property, query: '', cursor })
  const names = Object.keys(options)

  it.each(names)('tells the choices for %s, page by page', async (property) => {
    const values: string[] = []
    const cursors = new Set<string | null>()
    for (let cursor: string | null = null; !cursors.has(cursor);) {
      cursors.add(cursor)
      const page: OptionsPage | undefined = await ask(property, cursor, working())
      const { data } = vendorOptionsPage.parse({ data: page?.options, next_cursor: page?.nextCursor })
      expectNoSecret(page, secrets())
      values.push(...data.map(({ value }) => value))
      if (page?.nextCursor === null) cursors.add('the end')
      cursor = page?.nextCursor ?? 'the end'
    }
    expect(cursors).toContain('the end')
    expect(new Set(values).size).toBe(values.length)
    expect(values).toEqual(expect.arrayContaining([...(options[property] ?? [])]))
  })

  it.each(names)('asks for no choices for %s once it was aborted', async (property) => {
    const reason = new Error('enough')
    await expect(ask(property, null, working(), AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it.each(names)('waits no longer for the choices for %s than somebody else does', (property) =>
    expectGivenUp(silent(), (situation, { signal }) => ask(property, null, situation, signal)),
  )
}
