import { describe, expect, it } from 'vitest'
import { table, type TableOptions } from '../../testing/made-up-connector.testing.ts'
import { bestReplication, firstChoice } from './replication.ts'
import { changeChoice, type ChoiceChange } from './selection-rules.ts'
import { readChoice } from './stream-choice.ts'
import { describeStream } from './stream-description.ts'

const id = { schema: { type: 'integer' }, metadata: { inclusion: 'automatic', 'sql-datatype': 'bigint' } }
const time = {
  schema: { type: ['null', 'string'], format: 'date-time' },
  metadata: { inclusion: 'available', 'sql-datatype': 'timestamp with time zone' },
}
const text = { metadata: { inclusion: 'available', 'sql-datatype': 'text' } }

/** A table as a database's connector describes it: every column with an order could be a key. */
function ofDatabase(fields: TableOptions['fields'], own: Record<string, unknown> = {}): TableOptions {
  const keys = Object.entries(fields ?? {}).flatMap(([name, field]) => (field === text ? [] : [name]))
  return { own: { 'schema-name': 'public', 'valid-replication-keys': keys, ...own }, fields: fields ?? {} }
}

const bestOf = (options: TableOptions) => {
  const { method, key } = bestReplication(describeStream(table('t', options)))
  return [method, key]
}

describe('what a table is replicated by until somebody chooses', () => {
  it.each([
    'updated_at',
    'UpdatedAt',
    'lastModifiedDate',
    'SystemModstamp',
    'date_modified',
    'gmt_modified',
    'last_update',
    'modified',
    'changed_on',
    'row_updated_ts',
    'mtime',
    'write_date',
  ])('is INCREMENTAL by a time called %s', (name) => {
    expect(bestOf(ofDatabase({ id, created_at: time, [name]: time }))).toEqual(['INCREMENTAL', name])
  })

  it.each([
    ['a number alone', { id, note: text }],
    ['a time of creation', { id, created_at: time, inserted_on: time, birth_date: time }],
    ['a text with the right name', { id, updated_at: text }],
    ['a number with the right name', { id, modified: id }],
    ['a name that only begins so', { id, updated_by_import_at: time, update_reason: time, modulus: time }],
    ['nothing that could be a key', { note: text }],
  ])('is FULL_TABLE with %s', (_title, fields) => {
    expect(bestOf(ofDatabase(fields))).toEqual(['FULL_TABLE', null])
  })

  it('is FULL_TABLE where the time cannot be read or is not listed', () => {
    const hidden = { ...time, metadata: { inclusion: 'unsupported' } }
    expect(bestOf(ofDatabase({ id, updated_at: hidden }))).toEqual(['FULL_TABLE', null])
    expect(bestOf(ofDatabase({ id, updated_at: time }, { 'valid-replication-keys': ['id'] }))).toEqual([
      'FULL_TABLE',
      null,
    ])
  })
})

describe('what a stream of an API is replicated by', () => {
  const fields = { id: { schema: { type: 'integer' } }, since: {}, updated: {} }
  it.each<[string, Record<string, unknown>, [string, string | null]]>([
    ['its only key', { 'valid-replication-keys': ['since'] }, ['INCREMENTAL', 'since']],
    [
      'the key that tells of changes',
      { 'valid-replication-keys': ['id', 'updated'] },
      ['INCREMENTAL', 'updated'],
    ],
    ['none of several others', { 'valid-replication-keys': ['id', 'since'] }, ['FULL_TABLE', null]],
    ['none where there are none', { 'valid-replication-keys': [] }, ['FULL_TABLE', null]],
    ['none where the connector says nothing', {}, ['FULL_TABLE', null]],
    ['none that is not a field', { 'valid-replication-keys': ['gone'] }, ['FULL_TABLE', null]],
    [
      'a forced method',
      { 'forced-replication-method': 'FULL_TABLE', 'valid-replication-keys': ['since'] },
      ['FULL_TABLE', null],
    ],
    [
      'a forced method by its first key',
      { 'forced-replication-method': 'INCREMENTAL', 'valid-replication-keys': ['gone', 'since', 'id'] },
      ['INCREMENTAL', 'since'],
    ],
    [
      'a forced method whose key is the connector’s',
      { 'forced-replication-method': 'INCREMENTAL' },
      ['INCREMENTAL', null],
    ],
    [
      'the connector’s own word',
      { 'replication-method': 'FULL_TABLE', 'valid-replication-keys': ['since'] },
      ['FULL_TABLE', null],
    ],
    [
      'the connector’s own key',
      { 'replication-key': 'id', 'valid-replication-keys': ['since', 'id'] },
      ['INCREMENTAL', 'id'],
    ],
    ['the log where the connector says so', { 'replication-method': 'LOG_BASED' }, ['LOG_BASED', null]],
    [
      'everything rather than the log',
      { 'valid-replication-methods': ['FULL_TABLE', 'LOG_BASED'] },
      ['FULL_TABLE', null],
    ],
    [
      'the log where there is nothing else',
      { 'valid-replication-methods': ['LOG_BASED'] },
      ['LOG_BASED', null],
    ],
    ['any key where it needs one', { 'valid-replication-methods': ['INCREMENTAL'] }, ['INCREMENTAL', 'id']],
    [
      'a key still to be chosen',
      { 'valid-replication-methods': ['INCREMENTAL'], 'valid-replication-keys': [] },
      ['INCREMENTAL', null],
    ],
  ])('is %s', (_title, own, replication) => {
    expect(bestOf({ own, fields })).toEqual(replication)
  })
})

describe('a choice of how to replicate', () => {
  const moving = ofDatabase({ id, updated_at: time, note: text })
  const still = ofDatabase({ id, note: text })
  it.each<[string, TableOptions, ChoiceChange[], [string, string | null]]>([
    ['nothing', moving, [{ selected: true }], ['INCREMENTAL', 'updated_at']],
    ['nothing, without a clear key', still, [{ selected: true }], ['FULL_TABLE', null]],
    ['a method', moving, [{ method: 'FULL_TABLE' }], ['FULL_TABLE', null]],
    [
      'a method, kept when it is selected',
      moving,
      [{ method: 'FULL_TABLE' }, { selected: true }],
      ['FULL_TABLE', null],
    ],
    [
      'a method taken back',
      moving,
      [{ method: 'FULL_TABLE' }, { method: null }],
      ['INCREMENTAL', 'updated_at'],
    ],
    [
      'all of it taken back',
      moving,
      [{ replicationKey: 'id' }, { method: null, replicationKey: null }],
      ['INCREMENTAL', 'updated_at'],
    ],
    ['a key taken back', still, [{ replicationKey: 'id' }, { replicationKey: null }], ['FULL_TABLE', null]],
    ['a key alone', still, [{ replicationKey: 'id' }], ['INCREMENTAL', 'id']],
    [
      'a key, then its method',
      still,
      [{ replicationKey: 'id' }, { method: 'INCREMENTAL' }],
      ['INCREMENTAL', 'id'],
    ],
    [
      'INCREMENTAL again, by the clear key',
      moving,
      [{ method: 'FULL_TABLE' }, { method: 'INCREMENTAL' }],
      ['INCREMENTAL', 'updated_at'],
    ],
    [
      'a key beside a method that has none',
      still,
      [{ method: 'FULL_TABLE', replicationKey: 'id' }],
      ['FULL_TABLE', null],
    ],
  ])('by %s', (_title, options, changes, replication) => {
    const description = describeStream(table('t', options))
    let choice = readChoice(firstChoice(description))
    for (const change of changes) {
      const ruling = changeChoice(description, choice, change)
      if ('fault' in ruling) throw new Error(ruling.fault)
      choice = ruling.choice
    }
    expect([choice.method, choice.replicationKey]).toEqual(replication)
  })
})
