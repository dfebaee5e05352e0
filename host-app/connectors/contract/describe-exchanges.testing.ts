import { describe, expect, it } from 'vitest'
import { connectorGrant, granted } from '../../server/nouns/credentials/credentials.ts'
import { requestSettingsToken } from '../../server/nouns/oauth/settings-token.ts'
import type { Connector, ConnectorGrant } from '../connector.ts'
import { namesIn } from '../endpoints.ts'
import { endpointsOfSettings, secretSetting } from '../settings-grant.ts'
import { expectNoSecret } from './expect-no-secret.testing.ts'
import type { ConnectorFixtures, Exchange } from './fixtures.testing.ts'
import { luredEndpoints } from './lured-endpoints.testing.ts'
import { runConnector } from './run-connector.testing.ts'

/** What settings are exchanged for works, and settings that are wrong are exchanged for nothing. */
export function describeExchanges(connector: Connector, fixtures: ConnectorFixtures): void {
  const { info, hosts, settingsGrants = {} } = connector
  const { exchanges = {}, secrets = () => [] } = fixtures

  describe.each(Object.keys(exchanges))('by the method %s', (key) => {
    const grant = settingsGrants[key]
    if (!grant) return
    const ask = ({ settings, fetch }: Exchange) =>
      requestSettingsToken(
        { fetch, timeout: 30_000, now: () => Date.now() },
        { slug: info.slug, bySettings: grant, hosts, settings },
      )
    const exchange = () => exchanges[key]?.() ?? Promise.reject(new Error('It has a fixture.'))

    const endpoints = endpointsOfSettings(grant)
    const makers = info.properties.filter(({ name }) => endpoints.some((one) => namesIn(one).includes(name)))
    it.each(makers.map(({ name }) => name))('leads nowhere else by its %s', (name) => {
      expect(luredEndpoints(connector, endpoints, fixtures.example, name)).toEqual([])
    })

    it('exchanges its settings for what works', async () => {
      const way = await exchange()
      const answer = await ask(way)
      if (answer.kind !== 'granted') throw new Error(`The token endpoint answered: ${answer.kind}.`)
      const given: ConnectorGrant = connectorGrant(
        connector,
        { values: granted(answer.values), others: {} },
        null,
      )
      const run = await runConnector(connector, way.situation(given))
      expect(run.error).toBeNull()
      expectNoSecret(run, [...secrets(), given.accessToken, way.settings[secretSetting(grant)] ?? ''])
    })

    it('gets nothing for another secret, and is told so', async () => {
      const way = await exchange()
      const settings = { ...way.settings, [secretSetting(grant)]: way.wrongSecret }
      expect(await ask({ ...way, settings })).toMatchObject({ kind: 'refused' })
    })
  })
}
