import { expect, test } from 'vitest'
import { isolated } from '@bobbin/shared/isolated'
import { nounOf } from './nouns.ts'
import { accessSentence } from './stream-access.ts'
import { stream, streams } from './streams.ts'

const table = nounOf({ stream_noun: 'table' })

test.each([
  [streams.title(table), 'Choose the tables to sync'],
  [streams.title(nounOf(null)), 'Choose the streams to sync'],
  [streams.selectAll(table)(1), 'Select 1 table'],
  [streams.selectAll(table)(3), 'Select all 3 tables'],
  [streams.selectShown(nounOf({ stream_noun: 'report' }))(1_200), 'Select all 1,200 reports shown'],
  [streams.selectShown(table)(1), 'Select 1 table shown'],
  [streams.selected(1, 1, table), '1 of 1 table selected'],
  [streams.selected(0, 100_000, nounOf({ stream_noun: 'file' })), '0 of 100,000 files selected'],
  [streams.fields(1), '1 field'],
  [streams.rows(1, nounOf({ stream_noun: 'object' })), '1 record'],
  [streams.removed(1, table), 'One selected table is no longer there'],
  [streams.removed(2, table), '2 selected tables are no longer there'],
  [accessSentence({ reason: 'needs_plan' }), 'Your plan does not include this.'],
  [accessSentence({ reason: 'needs_plan', plan: 'Pro' }), `Needs the plan ${isolated('Pro')}.`],
  [stream.selectAll(1), 'Select 1 field'],
  [stream.selectAll(2), 'Select all 2 fields'],
  [stream.selected(1, 1), '1 of 1 field selected'],
])('%s', (said, meant) => expect(said).toBe(meant))
