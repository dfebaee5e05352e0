import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { SettingFaults } from '@bobbin/shared/setting-faults'
import { isOfForm, isOurs, tidied, type Values } from '@bobbin/shared/setting-rules'
import { findBoundSecrets } from './bound-secrets.ts'
import { splitSecrets } from './given-settings.ts'
import { InvalidSettings } from './invalid-settings.ts'
import { keptUnderPresets } from './preset-view.ts'
import { isRuled, plainPresets, type Presets, type StoredSettings } from './presets.ts'

/** A form that a person sent, and the settings that hold beside it. */
export interface PresetForm {
  readonly properties: Record<string, string>
  /** What the app says, secrets included. */
  readonly ruled: Record<string, string>
}

/**
 * What a form comes to in a flow whose token gives settings. A locked one may come along as it is; a hidden one, and a secret, not at
 * all, so that nobody can find out values by trying; but each may be as it is in `untouched`, what a form holds by itself before
 * a claim says what the app sets. What is prefilled counts where the person left it out.
 * @throws {AppError} InvalidProperties
 */
export function formUnderPresets(
  info: ConnectorInfo,
  presets: Presets,
  posted: Values,
  stored: StoredSettings,
  untouched: Values,
): PresetForm {
  const kept = keptUnderPresets(info, presets, stored)
  const given = tidied(info.properties, posted)
  const ruled: Record<string, string> = {}
  const faults: SettingFaults = {}
  for (const property of info.properties) {
    const { name, is_credential: isSecret } = property
    const preset = presets[name]
    if (!preset) continue
    const before = stored.properties[name]
    const value = preset.value ?? before
    if (isRuled(preset)) {
      const isSeen = preset.hidden !== true && !isSecret
      const isAsItIs = isSeen && given[name] === (value ?? property.default)
      if (given[name] !== undefined && given[name] !== untouched[name] && !isAsItIs)
        faults[name] = { rule: 'set_by_app', parameters: {} }
      if (value !== undefined) ruled[name] = value
      delete given[name]
    } else if (value !== undefined && given[name] === undefined) {
      const isAsked = isOfForm(property) && !isOurs(property)
      const isKept = isSecret && kept.includes(name)
      if (isAsked && !isKept && preset.value !== undefined) ruled[name] = preset.value
      if (!isAsked && property.asked_in === undefined) ruled[name] = before ?? value
    }
  }
  const moved = movedSecrets(info, presets, { ...given, ...ruled }, stored)
  for (const [name, fault] of Object.entries(moved)) if (Object.hasOwn(ruled, name)) faults[name] ??= fault
  if (Object.keys(faults).length > 0) throw new InvalidSettings(info, faults, { card: null })
  return { properties: given, ruled }
}

/** The faults of secrets that the app gave for other places than these settings lead to, whoever has changed them. */
function movedSecrets(
  info: ConnectorInfo,
  presets: Presets,
  settings: Values,
  { properties }: StoredSettings,
): SettingFaults {
  // A place that is named for the first time is not where the app sends it, either.
  const always = info.properties.map(({ binds_once_given: _, ...property }) => property)
  const secrets = Object.keys(splitSecrets(info, settings).secret)
  const others = always.filter((property) => !isOfForm(property) || isOurs(property)).map(({ name }) => name)
  const unasked = Object.fromEntries(Object.entries(properties).filter(([name]) => others.includes(name)))
  return findBoundSecrets(
    { ...info, properties: always },
    {
      before: { ...unasked, ...plainPresets(info, presets) },
      after: { ...unasked, ...splitSecrets(info, settings).plain },
    },
    { stored: secrets, changedSecrets: [] },
  ).neededAgain
}
