import { isDeepStrictEqual } from 'node:util'
import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import type { SettingFault } from '@bobbin/shared/setting-faults'
import type { Connector } from '../../../connectors/connector.ts'
import { valueFault } from '../../../connectors/value-fault.ts'
import { findBoundSecrets } from './bound-secrets.ts'
import type { TapConfig } from './tap-config.ts'

/** What can be wrong with what a tap hands back, beside what can be wrong with any setting. */
export type TapFault =
  | SettingFault
  | {
      readonly rule: 'not_a_text' | 'not_a_token' | 'not_a_time' | 'not_for_taps' | 'other_authorization'
      readonly parameters: Readonly<Record<string, never>>
    }
type TapFaults = Readonly<Record<string, TapFault>>

/** What a tap has changed in the config that it was started with. */
export interface TapChanges {
  /** Settings that the type declares as the tap's to change. */
  settings: Record<string, string>
  /** Of the grant: `access_token`, `refresh_token`. */
  tokens: Record<string, string>
  /** When the new access token ends; undefined where the tap does not say. */
  expiresAt: number | undefined
  /** Names that the config never had; they are not kept. */
  ignored: string[]
  faults: TapFaults
  /** Of the faults, what was entered for other settings, and does not come along. */
  neededAgain: readonly string[]
}

const tokenNames = ['access_token', 'refresh_token']
const longestToken = 65_536
const mostIgnored = 100

/**
 * Compares the config as the tap left it with the one that it would be given now. What is absent or the same
 * is no change, nor is a text that became the number or boolean it spells; what is computed (a start date)
 * belongs to us and is passed over. Pure.
 */
export function findTapChanges(
  connector: Pick<Connector, 'info' | 'settingsOf'>,
  given: TapConfig,
  left: Readonly<Record<string, unknown>>,
  now: number,
): TapChanges {
  const { info } = connector
  const inOurNames = (config: Readonly<Record<string, unknown>>) => connector.settingsOf?.(config) ?? config
  // What settings are exchanged for is fetched anew: a tap has nothing of it to keep.
  const own = given.isConsent ? given.grant : null
  const current = { ...given, grant: own, values: inOurNames(given.values) }
  const returned = inOurNames(left)
  const { grant } = current
  const byName = new Map(info.properties.map((property) => [property.name, property]))
  const settings = new Map<string, string>()
  const tokens = new Map<string, string>()
  const faults = new Map<string, TapFault>()
  const ignored: string[] = []
  for (const [name, value] of Object.entries(returned)) {
    const before = Object.hasOwn(current.values, name) ? current.values[name] : undefined
    const text = textOf(value)
    if (isDeepStrictEqual(value, before) || (text !== null && text === before)) continue
    const property = byName.get(name)
    // Many taps write null for what they were not given.
    if (property && before === undefined && (value === null || value === '')) continue
    if (!grant && !property && tokenNames.includes(name)) {
      ignored.push(name)
    } else if (grant && tokenNames.includes(name)) {
      if (!text || text.length > longestToken) faults.set(name, { rule: 'not_a_token', parameters: {} })
      else if (text !== grant.values[name]) tokens.set(name, text)
    } else if (grant && !property && expiryNames.has(name)) {
      if (expiryOf(name, value, now) === null) faults.set(name, { rule: 'not_a_time', parameters: {} })
    } else if (property?.tap_mutable) {
      const fault = text === null ? null : valueFault(property, text)
      if (text === null) faults.set(name, { rule: 'not_a_text', parameters: {} })
      else if (fault) faults.set(name, fault)
      else settings.set(name, text)
    } else if (property || (before !== undefined && name !== 'start_date')) {
      faults.set(name, { rule: 'not_for_taps', parameters: {} })
    } else if (before === undefined && ignored.length < mostIgnored) {
      ignored.push(name)
    }
  }
  const neededAgain = findNeededAgain(info, current, Object.fromEntries(settings), returned)
  for (const [name, fault] of Object.entries(neededAgain)) faults.set(name, fault)
  return {
    settings: Object.fromEntries(settings),
    tokens: Object.fromEntries(tokens),
    // An expiry by itself says nothing: `expires_in` counts from a moment that only a new token tells.
    expiresAt: tokens.has('access_token') ? expiryIn(returned, byName, now) : undefined,
    ignored,
    faults: Object.fromEntries(faults),
    neededAgain: Object.keys(neededAgain),
  }
}

/** What a tap that moved has to bring along, to show that it has it: the bound secrets, and the tokens of the grant. */
function findNeededAgain(
  info: ConnectorInfo,
  { values, form, grant }: TapConfig,
  settings: Readonly<Record<string, string>>,
  returned: Readonly<Record<string, unknown>>,
): TapFaults {
  const isBrought = (name: string) => Boolean(textOf(returned[name]))
  const before = Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, string][] => {
      const text = textOf(value)
      return text === null ? [] : [[name, text]]
    }),
  )
  const bound = findBoundSecrets(
    info,
    { before, after: { ...before, ...settings } },
    {
      stored: Object.keys(form?.values ?? {}).filter((name) => !isBrought(name)),
      changedSecrets: Object.keys(settings),
    },
  )
  const missing = Object.keys(grant?.values ?? {}).filter(
    (name) => tokenNames.includes(name) && !isBrought(name),
  )
  return {
    ...bound.neededAgain,
    ...Object.fromEntries(
      (bound.voidsGrant ? missing : []).map((name) => [
        name,
        { rule: 'other_authorization', parameters: {} },
      ]),
    ),
  }
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

const expiryNames = new Set(['expires_at', 'expires_in'])

function expiryIn(
  returned: Readonly<Record<string, unknown>>,
  byName: ReadonlyMap<string, PropertyInfo>,
  now: number,
): number | undefined {
  for (const name of expiryNames) {
    if (byName.has(name) || !Object.hasOwn(returned, name)) continue
    const expiry = expiryOf(name, returned[name], now)
    if (expiry !== null && expiry !== undefined) return expiry
  }
  return undefined
}

/** Beyond this a number counts milliseconds: as seconds it would be the year 5138. */
const mostSeconds = 100_000_000_000
const longestLife = 10 * 365 * 86_400_000

/** In milliseconds; undefined when nothing is said, null when it makes no sense. */
function expiryOf(name: string, value: unknown, now: number): number | null | undefined {
  if (value === null || value === '') return undefined
  const number = typeof value === 'string' && /^\d{1,16}(\.\d+)?$/.test(value) ? Number(value) : value
  let at: number
  if (typeof number === 'number') {
    at = name === 'expires_in' ? now + number * 1_000 : number < mostSeconds ? number * 1_000 : number
  } else {
    at = name === 'expires_at' && typeof number === 'string' ? Date.parse(number) : Number.NaN
  }
  if (!Number.isFinite(at) || at < 0) return null
  return Math.min(Math.round(at), now + longestLife)
}
