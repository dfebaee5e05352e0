import { describe, expect, it } from 'vitest'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Connector } from '../connector.ts'
import {
  type ConnectorContract,
  type ConnectorFixtures,
  contractOf,
  describeConnector,
  type Failure,
  runConnector,
  type Scene,
  type Silence,
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

/** `silent` is the fake's, like all that can go wrong with any vendor. */
export interface RestFixtures extends Omit<ConnectorFixtures, 'silent'> {
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
  const working = () => onGoodDay(fake(), fixtures.working)
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
  const own = Object.entries(fixtures.failures ?? {}).map(([name, failure]): [string, Failure] => [
    name,
    { ...failure, situation: () => onGoodDay(fake(), failure.situation) },
  ])
  const silent = (): Silence => {
    const situation = inMood('silent')()
    const before = fake().asked.length
    return { situation, isAsked: () => fake().asked.length > before }
  }
  describeConnector(connector, {
    ...fixtures,
    working,
    silent,
    failures: {
      ...Object.fromEntries(usual),
      'an address in a private network': unreachable,
      ...Object.fromEntries(own),
    },
  })

  describe(`the connector ${connector.info.type}, and its vendor`, () => {
    it('has lists that not everybody may read, where it has lists', () => {
      expect(fixtures.closed !== undefined).toBe(connector.discover !== undefined)
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

function onGoodDay(fake: FakeVendor, situation: () => Situation): Situation {
  fake.mood = 'well'
  return situation()
}

/** The contract of a connector of a REST API. */
export function restContractOf<Own extends Scene>(
  connector: Connector,
  open: () => Promise<Own>,
  fixtures: (scene: () => Own) => RestFixtures,
): ConnectorContract {
  return contractOf<Own, RestFixtures>(connector, open, fixtures, describeRestConnector)
}
