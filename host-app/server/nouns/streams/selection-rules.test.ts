import { isolated } from '@bobbin/shared/isolated'
import { describe, expect, it } from 'vitest'
import { table, type TableOptions } from '../../testing/made-up-connector.testing.ts'
import { firstChoice } from './replication.ts'
import { includedFields, readChoice, type StreamChoice } from './stream-choice.ts'
import { changeChoice, emptySelectionFault, type ChoiceChange } from './selection-rules.ts'
import { describeStream } from './stream-description.ts'

const available = { inclusion: 'available' }
const unsupported = { inclusion: 'unsupported', 'unsupported-description': 'A geometry.' }

const plain: TableOptions = {
  fields: {
    id: { schema: { type: 'integer' }, metadata: {} },
    at: { schema: { type: ['null', 'string'], format: 'date-time' }, metadata: available },
    note: { metadata: available },
    shape: { metadata: unsupported },
  },
}

function open(options: TableOptions) {
  const description = describeStream(table('t', options))
  return { description, before: readChoice(firstChoice(description)) }
}

function decide(options: TableOptions, ...changes: ChoiceChange[]): StreamChoice | string {
  const { description, before } = open(options)
  let choice = before
  for (const change of changes) {
    const ruling = changeChoice(description, choice, change)
    if ('fault' in ruling) return ruling.fault
    choice = ruling.choice
  }
  return choice
}

const fields = (wishes: Record<string, boolean | null>) => new Map(Object.entries(wishes))

describe('whether a field comes along (inclusion, explicit choice, default)', () => {
  // Singer's rules: an explicit choice wins over the connector's default.
  it.each([
    ['automatic', undefined, null, true],
    ['automatic', false, false, true],
    ['unsupported', undefined, true, false],
    ['available', true, null, true],
    ['available', true, false, true],
    ['available', false, null, false],
    ['available', false, true, false],
    ['available', undefined, true, true],
    ['available', undefined, false, false],
    ['available', undefined, null, false],
  ])('%s, %s, %s → %s', (inclusion, explicit, byDefault, isIncluded) => {
    const description = describeStream(
      table('t', {
        fields: {
          x: {
            metadata: { inclusion, ...(byDefault === null ? {} : { 'selected-by-default': byDefault }) },
          },
          other: { metadata: { inclusion: 'available', 'selected-by-default': true } },
        },
      }),
    )
    const choice = { ...readChoice(firstChoice(description)), selected: true }
    const chosen = explicit === undefined ? choice : { ...choice, fields: new Map([['x', explicit]]) }
    expect(includedFields(description, chosen).has('x')).toBe(isIncluded)
  })

  it('is yes for all of a stream about which neither connector nor person said anything', () => {
    const { description, before } = open(plain)
    expect([...includedFields(description, before)]).toEqual(['id', 'at', 'note'])
    const without = { ...before, fields: new Map([['note', false]]) }
    expect([...includedFields(description, without)]).toEqual(['id', 'at'])
    const only = { ...before, fields: new Map([['note', true]]) }
    expect([...includedFields(description, only)]).toEqual(['id', 'note'])
  })

  it('holds for a field with any name', () => {
    const { description, before } = open({ fields: { ['__proto__']: { metadata: available } } })
    expect([...includedFields(description, before)]).toEqual(['__proto__'])
  })
})

describe('fields', () => {
  it.each([
    [{ shape: true }, `The field "${isolated('shape')}" cannot be selected. A geometry.`],
    [{ nope: true }, `There is no field "${isolated('nope')}".`],
  ])('%j is refused', (wishes, sentence) => {
    expect(decide(plain, { fields: fields(wishes) })).toBe(sentence)
  })

  it('that are automatic stay, whatever is wished', () => {
    const { description } = open(plain)
    const choice = decide(plain, { selected: true, fields: fields({ id: false, shape: false, note: false }) })
    if (typeof choice === 'string') throw new Error(choice)
    expect([...choice.fields]).toEqual([['note', false]])
    expect(includedFields(description, choice).has('id')).toBe(true)
  })

  it('that are a key in use cannot be left out', () => {
    const key: ChoiceChange = { method: 'INCREMENTAL', replicationKey: 'at' }
    const sentence = `The field "${isolated('at')}" is a key in use, so it cannot be left out.`
    expect(decide(plain, key, { fields: fields({ at: false }) })).toBe(sentence)
    expect(decide(plain, { ...key, fields: fields({ at: false }) })).toBe(sentence)
    const choice = decide(plain, { fields: fields({ at: false }) }, key)
    expect(choice).toMatchObject({ replicationKey: 'at', fields: new Map() })
  })

  it('can be taken back to no choice', () => {
    const choice = decide(plain, { fields: fields({ note: false }) }, { fields: fields({ note: null }) })
    expect(choice).toMatchObject({ fields: new Map() })
  })

  it('are needed by a person, at least one of them', () => {
    const options: TableOptions = { fields: { note: { metadata: available } } }
    const { description } = open(options)
    const choice = decide(options, { selected: true, fields: fields({ note: false }) })
    if (typeof choice === 'string') throw new Error(choice)
    expect(emptySelectionFault(description, choice)).toBe('Choose at least one field.')
    expect(emptySelectionFault(description, { ...choice, selected: false })).toBeNull()
  })
})

describe('replication', () => {
  const valid = { ...plain, own: { 'valid-replication-keys': ['note'] } }
  it.each<[string, TableOptions, ChoiceChange, string]>([
    ['INCREMENTAL without a key', plain, { method: 'INCREMENTAL' }, 'Choose a replication key first.'],
    [
      'a text as key',
      plain,
      { method: 'INCREMENTAL', replicationKey: 'note' },
      `The field "${isolated('note')}" cannot be the replication key.`,
    ],
    [
      'a key that the connector does not list',
      valid,
      { method: 'INCREMENTAL', replicationKey: 'at' },
      `The field "${isolated('at')}" cannot be the replication key.`,
    ],
    [
      'an unknown key',
      plain,
      { replicationKey: 'x' },
      `The field "${isolated('x')}" cannot be the replication key.`,
    ],
    [
      'another method than the forced one',
      { ...plain, own: { 'forced-replication-method': 'FULL_TABLE' } },
      { method: 'LOG_BASED' },
      'The replication method of this stream is always FULL_TABLE.',
    ],
    [
      'the log of a view',
      { ...plain, own: { 'is-view': true, 'table-key-properties': [] } },
      { method: 'LOG_BASED' },
      'A view cannot be replicated from the log.',
    ],
  ])('refuses %s', (_title, options, change, sentence) => {
    expect(decide(options, change)).toBe(sentence)
  })

  it.each([
    ['an integer', plain, 'id'],
    ['a time', plain, 'at'],
    ['what the connector lists', valid, 'note'],
  ])('takes %s as key', (_title, options, replicationKey) => {
    expect(decide(options, { method: 'INCREMENTAL', replicationKey })).toMatchObject({ replicationKey })
  })

  it('that is forced needs no word of the person', () => {
    const own = { 'forced-replication-method': 'INCREMENTAL', 'valid-replication-keys': ['at', 'id'] }
    expect(decide({ ...plain, own }, { selected: true })).toMatchObject({
      method: 'INCREMENTAL',
      replicationKey: 'at',
    })
    expect(decide({ ...plain, own }, { method: 'INCREMENTAL', replicationKey: 'id' })).toMatchObject({
      replicationKey: 'id',
    })
    const ownKey = { 'forced-replication-method': 'INCREMENTAL' }
    expect(decide({ ...plain, own: ownKey }, { selected: true })).toMatchObject({ replicationKey: null })
  })

  it('forgets a key that it no longer uses', () => {
    const choice = decide(plain, { method: 'INCREMENTAL', replicationKey: 'at' }, { method: 'FULL_TABLE' })
    expect(choice).toMatchObject({ method: 'FULL_TABLE', replicationKey: null })
  })
})

describe('a view', () => {
  const view = { ...plain, own: { 'is-view': true, 'table-key-properties': [] } }
  it('is selected with its keys and not before', () => {
    expect(decide(view, { selected: true })).toBe('Choose the key of this view first.')
    expect(decide(view, { selected: true, viewKeys: ['at'] })).toMatchObject({ selected: true })
    expect(decide(view, { viewKeys: ['at'] }, { selected: true })).toMatchObject({ viewKeys: ['at'] })
    expect(decide(view, { selected: true, viewKeys: ['at'] }, { viewKeys: [] })).toBe(
      'Choose the key of this view first.',
    )
  })

  it.each([['shape'], ['nope']])('does not take %j as its key', (name) => {
    expect(decide(view, { viewKeys: [name] })).toBe(
      `The field "${isolated(name)}" cannot be part of the key.`,
    )
  })

  it('alone takes keys', () => {
    expect(decide(plain, { viewKeys: ['at'] })).toBe('Only a view takes a key of its own.')
  })
})
