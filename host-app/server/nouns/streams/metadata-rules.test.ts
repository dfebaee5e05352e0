import { isolated } from '@bobbin/shared/isolated'
import { describe, expect, it } from 'vitest'
import { type Entries, field, own, useRuledStreams } from './ruled-streams.testing.ts'
import { isReplicated, replicatedFields } from './tap.testing.ts'

const world = useRuledStreams()
const { stored, put, putOne, catalogOf } = world

describe("the rules of Stitch's update, one by one", () => {
  it.each<[string, string, Entries, string]>([
    [
      'a field before its stream',
      'plain',
      [field('note')],
      'Select the stream before its fields, or with them.',
    ],
    [
      'a field of a stream that is put aside',
      'plain',
      [own({ selected: false }), field('note')],
      'Select the stream before its fields, or with them.',
    ],
    [
      'an unsupported field',
      'plain',
      [own({ selected: true }), field('shape')],
      `The field "${isolated('shape')}" cannot be selected. A geometry.`,
    ],
    [
      'a field that is not there',
      'plain',
      [own({ selected: true }), field('x')],
      `There is no field "${isolated('x')}".`,
    ],
    [
      'another method than the forced one',
      'forced',
      [own({ 'replication-method': 'INCREMENTAL', 'replication-key': 'id' })],
      'The replication method of this stream is always FULL_TABLE.',
    ],
    [
      'another method than one that is forced for a reason',
      'explained',
      [own({ 'replication-method': 'LOG_BASED' })],
      'The replication method of this stream is always FULL_TABLE.',
    ],
    [
      'INCREMENTAL without a key',
      'plain',
      [own({ selected: true, 'replication-method': 'INCREMENTAL' })],
      'Choose a replication key first.',
    ],
    [
      'a key that is not listed, whatever its type',
      'listed',
      [own({ 'replication-method': 'INCREMENTAL', 'replication-key': 'id' })],
      `The field "${isolated('id')}" cannot be the replication key.`,
    ],
    ...['note', 'amount', 'shape', 'x'].map((name): [string, string, Entries, string] => [
      `"${name}" as key, which is neither integer nor time`,
      'plain',
      [own({ 'replication-method': 'INCREMENTAL', 'replication-key': name })],
      `The field "${isolated(name)}" cannot be the replication key.`,
    ]),
    [
      'a key that is unticked',
      'plain',
      [
        own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'at' }),
        field('at', false),
      ],
      `The field "${isolated('at')}" is a key in use, so it cannot be left out.`,
    ],
    [
      'LOG_BASED where it is not offered',
      'plain',
      [own({ 'replication-method': 'LOG_BASED' })],
      'The replication method LOG_BASED is not offered for this stream.',
    ],
    [
      'LOG_BASED for a view',
      'view',
      [own({ 'replication-method': 'LOG_BASED' })],
      'A view cannot be replicated from the log.',
    ],
    ['a view without keys', 'view', [own({ selected: true })], 'Choose the key of this view first.'],
    ...['x', 'shape'].map((name): [string, string, Entries, string] => [
      `a view by "${name}"`,
      'view',
      [own({ selected: true, 'view-key-properties': [name] })],
      `The field "${isolated(name)}" cannot be part of the key.`,
    ]),
    [
      'view keys of a table',
      'plain',
      [own({ 'view-key-properties': ['id'] })],
      'Only a view takes a key of its own.',
    ],
    [
      'a key of the connector',
      'plain',
      [own({ 'row-count': 1, 'is-view': true })],
      `only non-discoverable metadata can be produced by the UI: #{"${isolated('row-count')}" "${isolated('is-view')}"}`,
    ],
    [
      'two fields that exclude each other',
      'report',
      [own({ selected: true }), field('clicks'), field('age')],
      `The fields "${isolated('clicks')}" and "${isolated('age')}" cannot be selected together.`,
    ],
    [
      'two fields of which only the other names the first',
      'report',
      [own({ selected: true }), field('gender'), field('clicks')],
      `The fields "${isolated('clicks')}" and "${isolated('gender')}" cannot be selected together.`,
    ],
    [
      'a field that excludes one that always comes',
      'report',
      [own({ selected: true }), field('hour')],
      `The fields "${isolated('day')}" and "${isolated('hour')}" cannot be selected together.`,
    ],
    [
      'a replication key that excludes a chosen field',
      'report',
      [
        own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'clicks' }),
        field('age'),
      ],
      `The fields "${isolated('clicks')}" and "${isolated('age')}" cannot be selected together.`,
    ],
  ])('refuse %s', async (_title, name, entries, sentence) => {
    await expect(putOne(name, ...entries)).rejects.toMatchObject({
      code: 'InvalidProperties',
      data: { fields: { [`shop-${name}`]: sentence }, invalid_fields: expect.any(String) },
    })
    expect(await stored()).toEqual(world.untouched)
  })

  it.each<[string, string, Entries, string[]]>([
    [
      'fields before their stream in one call',
      'plain',
      [field('note'), own({ selected: true })],
      ['id', 'note'],
    ],
    [
      'a forced method that is named',
      'forced',
      [own({ selected: true, 'replication-method': 'FULL_TABLE' })],
      ['id', 'note'],
    ],
    [
      'a time as key, which then comes along',
      'plain',
      [own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'at' }), field('note')],
      ['id', 'at', 'note'],
    ],
    [
      'a timestamp of SQL as key',
      'plain',
      [
        own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'seen' }),
        field('note'),
      ],
      ['id', 'seen', 'note'],
    ],
    [
      'a listed key of any type',
      'listed',
      [own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'note' })],
      ['id', 'note'],
    ],
    [
      'LOG_BASED where it is offered',
      'logged',
      [own({ selected: true, 'replication-method': 'LOG_BASED' })],
      ['id', 'note'],
    ],
    [
      'a view with its keys',
      'view',
      [own({ selected: true, 'view-key-properties': ['id'] }), field('note')],
      ['id', 'note'],
    ],
    [
      'the wish to leave an automatic field out, which has no effect',
      'plain',
      [own({ selected: true }), field('id', false), field('note')],
      ['id', 'note'],
    ],
    [
      '`breadcrumbs`, as one page of Stitch spells it',
      'plain',
      [
        { breadcrumbs: [], metadata: { selected: true } },
        { breadcrumbs: ['properties', 'note'], metadata: { selected: true } },
      ],
      ['id', 'note'],
    ],
    [
      'a stream as a whole, without what excludes a field that comes',
      'report',
      [own({ selected: true })],
      ['day', 'clicks', 'cost'],
    ],
    ['defaults that exclude each other: the first comes', 'defaults', [own({ selected: true })], ['a', 'c']],
    [
      'a choice, before which a default gives way',
      'defaults',
      [own({ selected: true }), field('b')],
      ['b', 'c'],
    ],
    [
      'a key, before which a default gives way',
      'report',
      [own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'clicks' })],
      ['day', 'clicks', 'cost'],
    ],
    [
      'what excluded it being taken back with it',
      'report',
      [own({ selected: true }), field('age', true), field('age', false), field('clicks')],
      ['day', 'clicks'],
    ],
  ])('accept %s', async (_title, name, entries, comes) => {
    await putOne(name, ...entries)
    expect(replicatedFields(await catalogOf(name))).toEqual(comes)
  })

  it('hold for all streams of a call, or none is changed', async () => {
    const refused = put(
      { tap_stream_id: 'shop-plain', metadata: [own({ selected: true })] },
      { tap_stream_id: 'shop-view', metadata: [own({ selected: true })] },
      { tap_stream_id: 'shop-report', metadata: [own({ selected: true }), field('x')] },
    )
    await expect(refused).rejects.toMatchObject({
      data: {
        fields: {
          'shop-view': 'Choose the key of this view first.',
          'shop-report': `There is no field "${isolated('x')}".`,
        },
      },
    })
    expect(await stored()).toEqual(world.untouched)
  })

  it('count what an earlier call has chosen', async () => {
    await putOne('report', own({ selected: true }), field('clicks'))
    await expect(putOne('report', field('age'))).rejects.toMatchObject({
      data: {
        fields: {
          'shop-report': `The fields "${isolated('clicks')}" and "${isolated('age')}" cannot be selected together.`,
        },
      },
    })
    await putOne('report', field('clicks', false), field('age'))
    expect(replicatedFields(await catalogOf('report'))).toEqual(['day', 'age'])
  })

  it('let a stream be put aside whatever is the matter with it', async () => {
    await putOne('plain', own({ selected: true }), field('note'))
    await putOne('plain', own({ selected: false }))
    expect(isReplicated(await catalogOf('plain'))).toBe(false)
  })
})
