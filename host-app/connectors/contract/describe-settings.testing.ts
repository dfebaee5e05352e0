import { missingSettings } from '@bobbin/shared/setting-rules'
import { expect, it } from 'vitest'
import { unboundPlaces } from '../bindings.ts'
import type { Connector } from '../connector.ts'
import { valueFault } from '../value-fault.ts'
import type { ConnectorFixtures } from './fixtures.testing.ts'

/** What people enter: what is taken, what is refused, and what a secret belongs to. */
export function describeSettings({ info }: Connector, { example, junk }: ConnectorFixtures): void {
  const { properties } = info

  it('says which settings its secrets belong to', () => {
    expect(unboundPlaces(info)).toEqual([])
  })

  it('accepts the example settings', () => {
    const refused = properties.filter((property) => {
      const value = example[property.name]
      return value !== undefined && valueFault(property, value) !== null
    })
    expect(refused.map(({ name }) => name)).toEqual([])
    expect(missingSettings(properties, example, new Set())).toEqual({})
    expect(properties.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(example)))
  })

  for (const [name, values] of Object.entries(junk)) {
    it.each(values)(`refuses ${name} %j`, (value) => {
      const property = properties.find((candidate) => candidate.name === name)
      expect(property && valueFault(property, value)).toMatchObject({ rule: expect.any(String) })
    })
  }
}
