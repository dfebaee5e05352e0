import { expect, test } from 'vitest'
import { flowConnector } from '@bobbin/shared/connector-info'
import { flowState } from '@bobbin/shared/flow'
import { streamColumns, streamFields } from '@bobbin/shared/wizard-api'
import { partsOf } from '../app.tsx'
import { screenFiles, type LazyName, type OverlayName } from '../screens/screen-files.ts'
import { initialState } from '../wizard-state.ts'
import { fixtures } from './fixtures.ts'
import { previewFields, previewStreams } from './streams.ts'

test.each(Object.entries(fixtures))('the fixture %s is what the server could send', (_name, { page }) => {
  if (page.kind !== 'flow') return
  if (page.connector) flowConnector.parse(page.connector)
  if (page.state) flowState.parse({ ...page.state, flow_id: 'A'.repeat(22) })
  expect(page.flowId).not.toBe('')
})

test('the streams of the preview are what the server could send', () => {
  const columns = streamColumns.parse(previewStreams(20))
  expect(columns.tap_stream_id).toHaveLength(20)
  for (const id of columns.tap_stream_id) expect(() => streamFields.parse(previewFields(id))).not.toThrow()
})

test('every screen is in the preview', () => {
  const shown = new Set(
    Object.values(fixtures).flatMap(({ page }) => (page.kind === 'flow' ? partsOf(initialState(page)) : [])),
  )
  // What stands over a screen is opened by what a person does.
  const overlays: readonly string[] = ['consent', 'cancelling'] satisfies OverlayName[]
  const names = Object.keys(screenFiles) as LazyName[]
  expect(names.filter((name) => !overlays.includes(name) && !shown.has(name))).toEqual([])
})
