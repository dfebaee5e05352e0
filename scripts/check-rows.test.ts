import { expect, it } from 'vitest'
import { findStrayRows } from './check-rows.mjs'

const server = 'host-app/server'
const about = (place: string, text: string) => findStrayRows({ [`${server}/${place}`]: text })

it.each([
  ['a door', 'doors/operations/health.ts'],
  ['the transport', 'http/paging.ts'],
  ['an edge', 'edges/outbound/outbound.ts'],
  ['the ground', 'ground/log.ts'],
])('%s has no SQL', (_, place) => {
  const found = [
    `import { sql } from 'kysely'`,
    `import type { Tables } from '../../store/flow-tables.ts'`,
    `tx.db.selectFrom('flow')`,
  ].map((text) => about(place, text))
  expect(found).toEqual([
    [`${server}/${place}: has no rows, but kysely`],
    [`${server}/${place}: has no rows, but ../../store/flow-tables.ts`],
    [`${server}/${place}: has no rows, but selectFrom('flow')`],
  ])
  expect(about(place, `import type { Database } from '../../store/database.ts'`)).toEqual([])
})

it.each([
  ['a door', 'doors/flows/relay-routes.ts', 'flow'],
  ['another noun', 'nouns/flows/claim-flow.ts', 'ephemeral_token'],
  ['a noun above', 'nouns/oauth/renewable-grants.ts', 'credential'],
  ['the process', 'core.ts', 'account'],
  ['anybody, where it is nobody’s', 'nouns/flows/flow-row.ts', 'made_up'],
  ['all of the noun, where more is derived', 'nouns/sources/sources.ts', 'source'],
])('a table is not written by %s', (_, place, table) => {
  for (const statement of ['insertInto', 'updateTable', 'deleteFrom']) {
    expect(about(place, `tx.db\n  .${statement}('${table}')\n`)).toContain(
      `${server}/${place}: does not write ${table}`,
    )
  }
})

it('a noun writes its own, the store moves all, and nouns read each other’s', () => {
  expect(about('nouns/tokens/ephemeral-tokens.ts', `db.updateTable('ephemeral_token')`)).toEqual([])
  expect(about('nouns/credentials/refresh-lease.ts', `db.updateTable('credential')`)).toEqual([])
  expect(about('nouns/checks/check-job.ts', `db.selectFrom('source')`)).toEqual([])
  expect(about('store/migrations/006-tokens.ts', `db.updateTable('access_token')`)).toEqual([])
})
