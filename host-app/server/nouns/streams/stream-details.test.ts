import { streamFields } from '@bobbin/shared/wizard-api'
import { describe, expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { bare, findStreams } from './find-streams.testing.ts'

const world = findStreams()
const { discover, select } = world

describe('one stream opened', () => {
  it('shows its fields, and why one cannot be had', async () => {
    const shape = {
      inclusion: 'unsupported',
      'unsupported-description': 'A geometry.',
      'sql-datatype': 'geo',
    }
    await discover(
      table('a', {
        own: { 'valid-replication-keys': ['id'] },
        fields: { id: { schema: { type: 'integer' } }, note: {}, shape: { metadata: shape } },
      }),
    )
    const opened = streamFields.parse(await world.test.streams.fields(1, world.sourceId, 'shop-a', null))
    expect(opened).toMatchObject({
      replication_method: 'FULL_TABLE',
      forced_replication_method: null,
      valid_replication_keys: ['id'],
      is_view: false,
    })
    expect(opened.fields).toEqual([
      {
        name: 'id',
        type: 'integer',
        inclusion: 'available',
        selected: null,
        selected_by_default: true,
        reason: null,
        is_key: true,
        can_be_replication_key: true,
        excludes: [],
      },
      expect.objectContaining({ name: 'note', type: 'string', can_be_replication_key: false }),
      expect.objectContaining({
        name: 'shape',
        type: 'geo',
        selected_by_default: false,
        reason: 'A geometry.',
      }),
    ])
    await expect(world.test.streams.fields(2, world.sourceId, 'shop-a', null)).rejects.toMatchObject({
      code: 'NotFound',
    })
  })

  it('shows the fields that the page suggests until somebody chooses', async () => {
    await discover(bare)
    const ticks = async () =>
      (await world.test.streams.fields(1, world.sourceId, 'shop-bare', { bare: { a: true } })).fields.map(
        ({ selected, selected_by_default }) => selected ?? selected_by_default,
      )
    expect(await ticks()).toEqual([false, true, false])
    await select([{ tap_stream_id: 'shop-bare', selected: true, fields: { b: true, a: false } }])
    expect(await ticks()).toEqual([true, false, true])
  })
})
