import { expect, it } from 'vitest'
import type { ConnectionOnly } from '../catalog/catalog-types.ts'
import type { ShownConnection } from './shown-catalog.ts'
import { standingOf, standingOfAll } from './standing.ts'
import { english } from './words.ts'

const connection = (status: string | null, more: Partial<ShownConnection> = {}): ShownConnection => ({
  id: '1',
  enabled: true,
  ...(status !== null && { authorization: { status } as ShownConnection['authorization'] }),
  ...more,
})
const problem = (action: 'edit' | 'reconnect' | 'wait') => ({
  problem: { code: 'refused', message: 'The password was refused.', action },
})
const endingOn = (reconnect_by: string) =>
  connection('active', {
    authorization: { status: 'active', reconnect_by } as ShownConnection['authorization'],
  })
const day = new Date('2026-12-14T12:00:00Z').toLocaleDateString(undefined, { dateStyle: 'long' })
const good = connection('active')
const bad = connection('error', problem('edit'))

it.each([
  [good, 'connected', 'Connected', null],
  [endingOn('2026-12-14T12:00:00Z'), 'ending', `Connect again before ${day}`, 'Reconnect'],
  [connection('retrieving_tokens'), 'checking', 'Being checked …', null],
  [connection('awaiting_callback'), 'unfinished', 'Not finished', 'Finish'],
  [connection(null), 'unfinished', 'Not finished', 'Finish'],
  [bad, 'problem', 'The password was refused.', 'Edit settings'],
  [connection('error', problem('reconnect')), 'problem', 'The password was refused.', 'Reconnect'],
  [
    connection('error', problem('wait')),
    'problem',
    'The password was refused. It is tried again by itself.',
    null,
  ],
  [connection('error'), 'problem', 'It stopped working.', 'Repair'],
  // Of a later host: what is not known is not called well.
  [connection('new-status'), 'unfinished', 'Not finished', 'Finish'],
])('one connection: %j', (one, kind, text, action) => {
  expect(standingOf(one, english)).toEqual({ kind, text, action })
})

it.each([
  ['none', [], 'none', '', 'Connect'],
  ['one that was removed', [connection('active', { enabled: false })], 'none', '', 'Connect'],
  ['one', [bad], 'problem', 'The password was refused.', 'Edit settings'],
  ['several', [good, good], 'connected', '2 connected', null],
  ['one of several', [good, bad], 'problem', '1 of 2 need attention', null],
  ['one that ends soon', [good, endingOn('2026-12-14T12:00:00Z')], 'ending', '1 of 2 need attention', null],
  ['one being checked', [good, connection('retrieving_tokens')], 'checking', 'Being checked …', null],
])('all of a connector, %s', (_what, connections, kind, text, action) => {
  const connector = { slug: 'x', name: 'X', connections: connections as ConnectionOnly[] }
  expect(standingOfAll(connector, english)).toEqual({ kind, text, action })
})
