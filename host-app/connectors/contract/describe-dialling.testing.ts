import { expect, it } from 'vitest'
import { bypassHosts } from '../../server/edges/outbound/bypass-forms.testing.ts'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Connector } from '../connector.ts'
import type { ConnectorFixtures } from './fixtures.testing.ts'
import { runConnector } from './run-connector.testing.ts'

/** A driver with sockets of its own dials what was looked at. One that asked for the name itself would get another answer. */
export function describeDialling(connector: Connector, { working }: ConnectorFixtures): void {
  const isOfHost = connector.info.properties.some(({ name }) => name === 'host')
  if (!isOfHost || !working) return

  it.each(bypassHosts)('dials nothing at %s', async (host) => {
    const situation = working()
    const { error } = await runConnector(connector, {
      ...situation,
      ...createOutbound({ allowPrivateNetworks: false }),
      settings: { ...situation.settings, ssh: 'false', host },
    })
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(AddressNotAllowed|HostNotFound)$/),
      field: 'host',
    })
  })

  it('dials what its host was found to be, and looks for no name by itself', async () => {
    const situation = working()
    const { settings } = situation
    const found = await situation.resolveAddresses(settings['host'] ?? '')
    const asked = new Set<string>()
    const resolve = async (host: string) => {
      asked.add(host)
      return found
    }
    const run = await runConnector(connector, {
      ...situation,
      // Nobody else knows where that is.
      settings: { ...settings, host: 'rebinding.invalid' },
      resolveAddresses: resolve,
      resolveHost: async (host) => (await resolve(host))[0]!,
    })
    expect(run.error).toBeNull()
    expect([...asked]).toEqual(['rebinding.invalid'])
  })
}
