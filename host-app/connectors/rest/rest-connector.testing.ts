import { describe, expect, it } from 'vitest'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Connector } from '../connector.ts'
import {
  type ConnectorFixtures,
  describeConnector,
  type Failure,
  runConnector,
  type Situation,
} from '../connector-contract.testing.ts'
import type { AskedRequest, FakeVendor, Mood } from './fake-vendor.testing.ts'

/** What a vendor does wrong that has nothing to do with its connector, and what a person is told. */
const moods = {
  broken: 'VendorUnavailable',
  page: 'VendorUnavailable',
  changed: 'VendorUnavailable',
  redirecting: 'VendorUnavailable',
  cut: 'VendorUnavailable',
  limiting: 'VendorRateLimited',
  huge: 'AnswerTooLarge',
} as const satisfies Partial<Record<Mood, Failure['code']>>

interface RestFixtures extends ConnectorFixtures {
  readonly working: () => Situation
  readonly fake: () => FakeVendor
  /** Requests other than GET that only ask, if the vendor has such. */
  readonly asksBy?: (request: AskedRequest) => boolean
}

/** The suite of every connector, and what those of a REST API have in common: its vendor on all kinds of bad days. */
export function describeRestConnector(
  connector: Connector,
  { fake, asksBy, ...fixtures }: RestFixtures,
): void {
  const working = () => {
    fake().mood = 'well'
    return fixtures.working()
  }
  const inMood = (mood: Mood) => () => {
    const situation = working()
    fake().mood = mood
    return situation
  }
  const usual = Object.entries(moods).map(([mood, code]): [string, Failure] => [
    `a vendor that is ${mood}`,
    { code, field: null, situation: inMood(mood as Mood) },
  ])
  const unreachable = {
    code: 'AddressNotAllowed' as const,
    field: null,
    situation: () => ({
      ...working(),
      fetch: fake().inPlace(createOutbound({ allowPrivateNetworks: false }).fetch),
    }),
  }
  describeConnector(connector, {
    ...fixtures,
    working,
    failures: {
      ...Object.fromEntries(usual),
      'an address in a private network': unreachable,
      ...fixtures.failures,
    },
  })

  describe(`the connector ${connector.info.type}, and its vendor`, () => {
    it('stops while the vendor is silent, once nobody waits any more', async () => {
      const abort = new AbortController()
      const reason = new Error('enough')
      const { fetch, ...situation } = inMood('silent')()
      const run = await runConnector(
        connector,
        {
          ...situation,
          fetch: (input, init) => {
            setImmediate(() => abort.abort(reason))
            return fetch(input, init)
          },
        },
        { signal: abort.signal },
      )
      expect(run).toMatchObject({ error: reason, streams: [] })
    })

    it('asks for nothing twice, and changes nothing there', async () => {
      const situation = working()
      const before = fake().asked.length
      expect((await runConnector(connector, situation)).error).toBeNull()
      const asked = fake().asked.slice(before)
      const changes = asked.filter((one) => one.method !== 'GET' && !asksBy?.(one))
      expect(changes.map(({ method, url }) => `${method} ${url.href}`)).toEqual([])
      expect(new Set(asked.map(({ url, body }) => `${url.href} ${body}`)).size).toBe(asked.length)
    })
  })
}
