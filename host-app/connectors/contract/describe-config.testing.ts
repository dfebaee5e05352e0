import { expect, it } from 'vitest'
import type { Connector } from '../connector.ts'
import { expectNoSecret } from './expect-no-secret.testing.ts'
import type { ConnectorFixtures } from './fixtures.testing.ts'

/** What a tap is given: what the source has, under the tap's names, and nothing that is not the source's. */
export function describeConfig(connector: Connector, fixtures: ConnectorFixtures): void {
  const { config: expected, working, example, secrets = () => [] } = fixtures
  if (!connector.config || !expected) return
  const source = () => {
    const { settings, grant } = working?.() ?? { settings: example, grant: null }
    return { settings, grant, config: connector.config?.({ settings, grant }) ?? {} }
  }

  it('makes the config of a tap, and puts nobody else’s secret into it', () => {
    const { settings, grant, config } = source()
    expect(config).toEqual(expected())
    const text = JSON.stringify(config)
    expect(JSON.parse(text)).toEqual(config)
    // A part of a secret is one, too.
    const others = Object.values(grant?.others ?? {}).map((other) => other.accessToken)
    const own = [...Object.values(settings), grant?.accessToken ?? '', ...others]
    expectNoSecret(
      text,
      secrets().filter((secret) => !own.some((value) => value.includes(secret))),
    )
  })

  if (connector.settingsOf) {
    it('finds the settings again in the config', () => {
      const { settings, config } = source()
      const found = Object.entries(connector.settingsOf?.(config) ?? {})
      expect(Object.fromEntries(found.map(([name, value]) => [name, String(value)]))).toEqual(settings)
    })
  }
}
