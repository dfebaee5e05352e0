import { afterEach } from 'vitest'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { Connector } from '../../../connectors/connector.ts'
import { connectorOf } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts, type TestPartsOptions } from '../../testing/parts.testing.ts'

/** A connector whose check does this, and which finds nothing. */
export const failing = (
  check: NonNullable<Connector['check']>,
  properties: ConnectorInfo['properties'] = [],
) => ({
  ...connectorOf(() => [], { properties }),
  check,
})

/** Checks that each test of a file runs with a connector of its own, and what they tell. */
export function runChecks() {
  const world = {
    test: undefined as unknown as TestParts,
    createTest,
    checkOnce,
    eventsOf,
    accountEvents,
  }
  afterEach(() => world.test.close())

  async function createTest(connector: Connector, options: Partial<TestPartsOptions> = {}) {
    world.test = await createTestParts({ connectors: [connector], ...options })
  }

  async function checkOnce(properties: Record<string, string> = {}) {
    const source = await world.test.addSource('platform.shop', properties)
    world.test.checkRunner.start()
    const name = await world.test.startCheck(source.id)
    return { source, name, check: await world.test.finished(name) }
  }

  function eventsOf(topic: string) {
    return world.test.events.read(topic, 0)
  }

  async function accountEvents() {
    return (await eventsOf('account:1')).slice(1)
  }

  return world
}
