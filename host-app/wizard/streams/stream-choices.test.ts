import { describe, expect, test } from 'vitest'
import { previewFields } from '../preview/streams.ts'
import {
  chooseFields,
  chooseMethod,
  isFieldSelected,
  methodOf,
  possibleKeys,
  possibleMethods,
  toggleViewKey,
} from './stream-choices.ts'

const stream = previewFields('orders-public-orders')
const field = (name: string) => stream.fields.find((one) => one.name === name)!

describe('a field', () => {
  test('comes along by the source’s word, the person’s, or the default, in this order', () => {
    expect(isFieldSelected(field('id'), { fields: { id: false } })).toBe(true)
    expect(isFieldSelected(field('location'), { fields: { location: true } })).toBe(false)
    expect(isFieldSelected(field('status'), {})).toBe(true)
    expect(isFieldSelected({ ...field('status'), selected: false }, {})).toBe(false)
    expect(isFieldSelected({ ...field('status'), selected: false }, { fields: { status: true } })).toBe(true)
  })

  test('is chosen with others only where there is a choice', () => {
    expect(chooseFields([field('id'), field('status'), field('location')], false)).toEqual({
      fields: { status: false },
    })
  })
})

describe('the replication', () => {
  test('that the source forces is the only one', () => {
    const forced = { ...stream, forced_replication_method: 'LOG_BASED' as const }
    expect(possibleMethods(forced)).toEqual(['LOG_BASED'])
    expect(methodOf(forced, { replication_method: 'FULL_TABLE' })).toBe('LOG_BASED')
  })

  test('by key comes with a key', () => {
    expect(chooseMethod(stream, {}, 'INCREMENTAL')).toEqual({
      replication_method: 'INCREMENTAL',
      replication_key: 'updated_at',
    })
  })

  test('goes by fields that can be keys where the source names none', () => {
    expect(possibleKeys({ ...stream, valid_replication_keys: [] })).toEqual(['updated_at'])
  })
})

test('a view’s key is added and taken away', () => {
  const view = { ...stream, is_view: true, view_key_properties: ['id'] }
  expect(toggleViewKey(view, {}, 'status')).toEqual({ view_key_properties: ['id', 'status'] })
  expect(toggleViewKey(view, {}, 'id')).toEqual({ view_key_properties: [] })
})
