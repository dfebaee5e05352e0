import { isOfForm, isOurs } from '@bobbin/shared/setting-rules'
import type { Connector } from '../../../connectors/connector.ts'
import { InvalidSettings } from './invalid-settings.ts'
import { type PresetForm, formUnderPresets } from './preset-form.ts'
import { isRuled, type Presets, readPresets, type StoredSettings } from './presets.ts'
import { planSettings } from './settings-change.ts'

/**
 * The form of a source that nobody is shown, because the flow goes on with it as it is: its own settings, and those that the app
 * alone sets. What is prefilled is for who fills in a form.
 *
 * @throws {AppError} InvalidProperties, InvalidCronExpression where the source cannot have them, as where the person would have to
 * enter a secret again
 */
export function formOfRepair(
  connector: Connector,
  presets: Presets,
  stored: StoredSettings,
  now: number,
): PresetForm {
  const { info } = connector
  const given = Object.fromEntries(Object.entries(presets).filter(([, preset]) => isRuled(preset)))
  const ruling = readPresets(connector, given, stored, now)
  const own = info.properties.filter((one) => isOfForm(one) && !isOurs(one) && !isRuled(ruling[one.name]))
  const kept = own.flatMap(({ name }): [string, string][] => {
    const value = stored.properties[name]
    return value === undefined ? [] : [[name, value]]
  })
  const form = formUnderPresets(info, ruling, Object.fromEntries(kept), stored, {})
  const secrets = { names: stored.kept_secrets, values: null }
  const { faults } = planSettings(info, stored.properties, secrets, form.properties, 'replace', form.ruled)
  if (Object.keys(faults).length > 0) throw new InvalidSettings(info, faults, { card: null })
  return form
}
