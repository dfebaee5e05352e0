import { expect, it } from 'vitest'
import { findConnectors } from './search.ts'
import type { ShownConnector } from './shown-catalog.ts'

const one = (slug: string, name: string, more: Partial<ShownConnector> = {}): ShownConnector => ({
  slug,
  name,
  ...more,
})
const all = [
  one('ads', 'Big Ads', { category: 'Advertising', keywords: ['adwords'] }),
  one('cafe', 'Café Kasse', { short_description: 'Receipts and tips of a big café.' }),
  one('pg', 'PostgreSQL', {
    category: 'Database',
    keywords: ['Datenbank', 'sql'],
    description: 'Reads tables.',
  }),
]
const found = (query: string) => findConnectors(all, query).map(({ slug }) => slug)

it.each([
  ['nothing is typed', '  ', ['ads', 'cafe', 'pg']],
  ['by a synonym', 'adwords', ['ads']],
  ['by a category', 'database', ['pg']],
  ['without accents and capitals', 'CAFE', ['cafe']],
  ['with accents that the name lacks', 'póstgres', ['pg']],
  ['by words of different places, in any order', 'tables sql', ['pg']],
  ['names before what is said of them', 'big', ['ads', 'cafe']],
  ['by the beginning of a name before its middle', 's', ['ads', 'cafe', 'pg']],
  ['not at all', 'zebra', []],
  ['as it stands: no pattern', '.*', []],
])('finds %s', (_what, query, slugs) => {
  expect(found(query).toSorted()).toEqual(slugs.toSorted())
})

it('puts names that begin so first, then names, synonyms, descriptions', () => {
  const list = [
    one('d', 'Other', { description: 'sales' }),
    one('c', 'Third', { keywords: ['sales'] }),
    one('b', 'My Sales'),
    one('a', 'Sales'),
  ]
  expect(findConnectors(list, 'sales').map(({ slug }) => slug)).toEqual(['a', 'b', 'c', 'd'])
})
