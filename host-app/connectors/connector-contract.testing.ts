import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectorFaults } from './connector-rules.ts'
import type { Connector } from './connector.ts'
import { describeAccount } from './contract/describe-account.testing.ts'
import { describeCleanUp } from './contract/describe-clean-up.testing.ts'
import { describeConfig } from './contract/describe-config.testing.ts'
import { describeDialling } from './contract/describe-dialling.testing.ts'
import { describeExchanges } from './contract/describe-exchanges.testing.ts'
import { describeLookups } from './contract/describe-lookups.testing.ts'
import { describeOptions } from './contract/describe-options.testing.ts'
import { describeRevocation } from './contract/describe-revocation.testing.ts'
import { describeRuns } from './contract/describe-runs.testing.ts'
import { describeSettings } from './contract/describe-settings.testing.ts'
import { describeTrip } from './contract/describe-trip.testing.ts'
import type { ConnectorFixtures } from './contract/fixtures.testing.ts'
import { missingFixtures } from './contract/missing-fixtures.testing.ts'

export type { ConnectorFixtures, Failure, Silence, Situation } from './contract/fixtures.testing.ts'
export { contextOf, type ConnectorRun, runConnector } from './contract/run-connector.testing.ts'

/** The suite that every connector runs. */
export function describeConnector(connector: Connector, fixtures: ConnectorFixtures): void {
  describe(`the connector ${connector.info.type}`, () => {
    it('is what it says it is', () => {
      expect(connectorFaults(connector)).toEqual([])
    })
    it('says what its streams are to its users, where they choose among them', () => {
      const { steps, stream_noun: noun } = connector.info
      expect(noun !== undefined).toBe(steps.includes('field_selection'))
    })
    it('says how far it was tried, where it is offered as finished', () => {
      const { stage, verified } = connector.info
      expect(stage === 'alpha' || verified !== undefined).toBe(true)
    })
    it('is tested in all that it can do', () => {
      expect(missingFixtures(connector, fixtures)).toEqual([])
    })
    describeSettings(connector, fixtures)
    describeRuns(connector, fixtures)
    describeDialling(connector, fixtures)
    describeTrip(connector, fixtures)
    describeExchanges(connector, fixtures)
    describeLookups(connector, fixtures)
    describeRevocation(connector, fixtures)
    describeCleanUp(connector, fixtures)
    describeAccount(connector, fixtures)
    describeOptions(connector, fixtures)
    describeConfig(connector, fixtures)
  })
}

/** A connector with all that the suite needs. */
export interface ConnectorContract {
  readonly connector: Connector
  /** Declares the tests. */
  describe(): void
}

/** What a connector meets in its tests: servers, fakes, and what else is started for them. */
export interface Scene {
  close(): Promise<unknown>
}

/** Milliseconds: servers start on slow machines, too, and a connector has its own patience. */
const patience = 300_000

/** `fixtures` are given the scene as it is while the tests run. */
export function contractOf<Own extends Scene, Fixtures extends ConnectorFixtures>(
  connector: Connector,
  open: () => Promise<Own>,
  fixtures: (scene: () => Own) => Fixtures,
  describeWith: (connector: Connector, fixtures: Fixtures) => void = describeConnector,
): ConnectorContract {
  return {
    connector,
    describe() {
      describe(`the contract of ${connector.info.name}`, { timeout: patience }, () => {
        let scene: Own | undefined
        beforeAll(async () => {
          scene = await open()
        }, patience)
        afterAll(() => scene?.close())
        const opened = () => {
          if (!scene) throw new Error('The scene is opened before the first test.')
          return scene
        }
        describeWith(connector, fixtures(opened))
      })
    },
  }
}
