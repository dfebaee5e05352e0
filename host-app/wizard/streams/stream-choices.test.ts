import { describe, expect, test } from 'vitest'
import { previewFields } from '../preview/streams.ts'
import {
  chooseFields,
  chooseMethod,
  excludedBy,
  isFieldSelected,
  methodOf,
  possibleKeys,
  tallyFields,
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
    const some = [field('id'), field('status'), field('location')]
    expect(chooseFields(stream, {}, some, false)).toEqual({ fields: { status: false } })
  })

  test('that excludes another keeps it out, also where all are chosen at once', () => {
    const [clicks, cost, reach] = ['clicks', 'cost', 'reach'].map((name) => ({
      ...field('status'),
      name,
      selected: null,
      selected_by_default: false,
    }))
    const ads = {
      ...stream,
      fields: [
        { ...clicks!, excludes: ['reach'] },
        { ...cost!, excludes: [] },
        { ...reach!, excludes: ['clicks'] },
      ],
    }
    expect(chooseFields(ads, {}, ads.fields, true)).toEqual({ fields: { clicks: true, cost: true } })
    const edit = { fields: { reach: true } }
    expect(chooseFields(ads, edit, ads.fields, true)).toEqual({ fields: { cost: true, reach: true } })
    expect(excludedBy(ads, edit, ads.fields[0]!)).toBe('reach')
    expect(excludedBy(ads, {}, ads.fields[0]!)).toBe(null)
    expect(tallyFields(ads, edit, ads.fields)).toEqual({ selectable: 2, selected: 1 })
    expect(chooseFields(ads, edit, ads.fields, false)).toEqual({
      fields: { clicks: false, cost: false, reach: false },
    })
  })
})

describe('the replication', () => {
  test('that the source forces is the only one', () => {
    const forced = { ...stream, forced_replication_method: 'LOG_BASED' as const }
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

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  'a field called %s is one like any other',
  (name) => {
    const odd = { ...field('status'), name, excludes: [], selected: null, selected_by_default: false }
    expect(isFieldSelected(odd, {})).toBe(false)
    expect(isFieldSelected(odd, { fields: {} })).toBe(false)
    const edit = chooseFields({ ...stream, fields: [odd] }, {}, [odd], true)
    expect(Object.entries(edit.fields ?? {})).toEqual([[name, true]])
    expect(isFieldSelected(odd, edit)).toBe(true)
  },
)
