import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { ConnectorContract } from './connector-contract.testing.ts'
import { contracts, exampleContracts, madeUpContracts } from './contracts.testing.ts'
import { ownConnectors } from './own-connectors.ts'

/* Every connector meets the contract: none is offered, or copied, that is not tested in all that it can do. */

const own = ownConnectors({ demoCrmUrl: 'https://crm.demo.test' })

it('every connector that comes with Bobbin has a contract, and nothing else has', () => {
  expect(typesOf(contracts)).toEqual(own.map(({ info }) => info.type).toSorted())
})

it('every example that is copied has one', async () => {
  const kinds = await readdir(new URL('examples/', import.meta.url))
  const slugs = exampleContracts.map(({ connector }) => connector.info.slug)
  expect(
    slugs.map((slug) => slug.replace(/^tap-|^example-/, '').replace(/^example-/, '')).toSorted(),
  ).toEqual(kinds.toSorted())
})

describe.each(own.map((connector) => [connector.info.type, connector.info] as const))('%s', (_, info) => {
  it('says how it was tried, and when, and by what page of whose service it is', () => {
    const { verified } = info
    expect(verified?.how).toMatch(/\w/)
    expect(Date.parse(verified?.date ?? '')).toBeLessThanOrEqual(Date.now())
    const hasVendor = !info.is_push && info.type !== 'platform.demo-crm'
    expect(verified?.page ?? null).toEqual(hasVendor ? expect.stringMatching(/^https:\/\//) : null)
  })

  it('is found by other words than its name', () => {
    const { keywords = [], name } = info
    expect(keywords.length).toBeGreaterThan(0)
    const words = keywords.map((word) => word.toLowerCase())
    expect(new Set(words).size).toBe(words.length)
    expect(words).not.toContain(name.toLowerCase())
  })
})

for (const contract of [...contracts, ...exampleContracts, ...madeUpContracts]) contract.describe()

function typesOf(all: readonly ConnectorContract[]): string[] {
  return all.map(({ connector }) => connector.info.type).toSorted()
}
