import type { Connector } from '../../../connectors/connector.ts'
import { withoutHostProperties } from '../../../connectors/host-properties.ts'
import { valuesInForce, type Values } from '@bobbin/shared/setting-rules'
import { endpointFaults } from './endpoint-faults.ts'
import { InvalidSettings } from './invalid-settings.ts'
import { planSettings } from './settings-change.ts'
import type { SourceParts } from './source-parts.ts'
import { plainProperties, type SourceRow } from './source-row.ts'

/** Settings that a form holds and nobody has saved. Never answer or log them. */
export interface TriedSettings {
  /** In force, as a connector is given them. */
  readonly values: Record<string, string>
  /** The source's authorization would still be good. */
  readonly keepsGrant: boolean
}

/**
 * What a form would come to if it was saved as far as it is filled in: of a new source, or of this one, whose secrets count
 * where they would be kept.
 *
 * @throws {InvalidSettings} where a value is not right, a secret is needed again, or one of `needed` is not there
 */
export async function trySettings(
  { credentials }: Pick<SourceParts, 'credentials'>,
  connector: Connector,
  row: SourceRow | null,
  { given, ruled = {}, needed }: { given: Values; ruled?: Values | undefined; needed: readonly string[] },
): Promise<TriedSettings> {
  const { info } = connector
  const stored = row ? plainProperties(row) : {}
  const sealed = (row && (await credentials.open(row.account_id, row.id, 'form'))?.values) ?? {}
  const secrets = { names: Object.keys(sealed), values: sealed }
  const plan = planSettings(info, stored, secrets, given, 'replace', ruled)
  const faults = Object.fromEntries(
    Object.entries({ ...endpointFaults(connector, plan.plain), ...plan.faults }).filter(
      ([name, { rule }]) => rule !== 'missing' || needed.includes(name),
    ),
  )
  if (Object.keys(faults).length > 0) throw new InvalidSettings(info, faults, { card: null })
  const all = { ...plan.plain, ...plan.secret }
  return {
    values: withoutHostProperties(valuesInForce(info.properties, all)),
    keepsGrant: row !== null && !plan.touchesAuthorization,
  }
}
