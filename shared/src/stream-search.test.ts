import { describe, expect, it } from 'vitest'
import { findsAllOf, hasWords, searchable, searchWords, streamText } from './stream-search.ts'

const found = (q: string, text: string) => hasWords(searchable(text), searchWords(q))

describe('a search', () => {
  it.each([
    ['public . orders', 'shop-public-orders'],
    ['public.orders', 'shop-public-orders'],
    ['  orders ', 'orders'],
    ['line  items', 'line_items'],
    ['line_items', 'line items'],
    ['line-items', 'Line.Items'],
    ['items line', 'line_items'],
    ['ORD', 'Orders'],
    ['cafe', 'Café'],
    ['café', 'CAFE'],
    ['STRASSE', 'Straße'],
    ['lodz', 'Łódź'],
    ['ΟΔΟΣ', 'οδος'],
    ['istanbul', 'İSTANBUL'],
    ['order\u200bs', 'order s'],
    ['100%', 'growth_100%'],
    ['', 'anything'],
    [' _ . ', 'anything'],
    ['受注', '受注明細'],
  ])('%j finds %j', (q, text) => expect(found(q, text)).toBe(true))

  it.each([
    ['orders items', 'orders'],
    ['order', 'o_r_d_e_r'],
    ['%', 'orders'],
    ['a*', 'ab'],
    ['\\', 'orders'],
  ])('%j does not find %j', (q, text) => expect(found(q, text)).toBe(false))

  it('looks in the id and in the name', () => {
    expect(hasWords(streamText({ tap_stream_id: 'a-b', stream_name: 'Ç' }), searchWords('c a'))).toBe(true)
  })
})

it('knows when it finds all that another one finds', () => {
  expect(findsAllOf('', 'x')).toBe(true)
  expect(findsAllOf('ord', 'public orders')).toBe(true)
  expect(findsAllOf('orders public', 'PUBLIC.orders')).toBe(true)
  expect(findsAllOf('orders', 'ord')).toBe(false)
  expect(findsAllOf('a b', 'a')).toBe(false)
})
