import type { ConnectorInfo, FlowProperty, PropertyInfo } from '@bobbin/shared/connector-info'
import type { FlowState } from '@bobbin/shared/flow'
import type { Values } from '@bobbin/shared/setting-rules'
import { findBoundSecrets } from './bound-secrets.ts'
import { isRuled, plainPresets, type Presets, type StoredSettings } from './presets.ts'

type PageSource = NonNullable<FlowState['source']>

/**
 * What a page is told of the settings in a flow whose token gives some: no secret, and of what is hidden neither name nor value.
 * What depends on a hidden one is resolved here.
 */
export function propertiesUnderPresets(
  { properties }: Pick<ConnectorInfo, 'properties'>,
  presets: Presets,
  stored: StoredSettings,
): FlowProperty[] {
  const byName = new Map(properties.map((property) => [property.name, property]))
  const valueOf = ({ name, default: usual }: PropertyInfo) =>
    presets[name]?.value ?? stored.properties[name] ?? usual

  /** The rule by what is not hidden; null: it never shows. */
  function ruleOf(property: PropertyInfo, seen: readonly string[] = []): PropertyInfo['show_when'] | null {
    const rule = property.show_when
    const other = rule && byName.get(rule.property)
    if (!other || !presets[other.name]?.hidden || seen.includes(other.name)) return rule
    const value = valueOf(other)
    const holds = value !== undefined && rule.in.includes(value)
    return holds ? ruleOf(other, [...seen, other.name]) : null
  }

  return properties.flatMap((property): FlowProperty[] => {
    const rest = withoutRule(property)
    const preset = presets[property.name]
    const rule = ruleOf(property)
    if (rule === null || isOutOfForm(property, presets, stored)) return []
    const shown = { ...rest, ...(rule && { show_when: rule }) }
    if (!preset) return [shown]
    const given = {
      ...(isRuled(preset) ? alone(shown) : shown),
      ...(preset.value !== undefined && !property.is_credential && { default: preset.value }),
    }
    if (isRuled(preset)) return [{ ...given, preset: 'locked' }]
    return [preset.value === undefined ? given : { ...given, preset: 'prefilled' }]
  })
}

const withoutRule = ({ show_when: _, ...property }: PropertyInfo) => property
const alone = ({ binds: _, ...property }: PropertyInfo) => property

/** Hidden, or locked at nothing: there is nothing to see. */
function isOutOfForm(
  { name, default: usual }: PropertyInfo,
  presets: Presets,
  stored: StoredSettings,
): boolean {
  const { value, hidden, locked } = presets[name] ?? {}
  if (hidden) return true
  const isThere = stored.properties[name] !== undefined || stored.kept_secrets.includes(name)
  return locked === true && value === undefined && usual === undefined && !isThere
}

/** The source as the form of such a flow shows it. */
export function sourceUnderPresets(info: ConnectorInfo, presets: Presets, source: PageSource): PageSource {
  const isSeen = (name: string) => !presets[name]?.hidden
  const properties = Object.entries(ruledSettings(info, presets, source)).filter(([name]) => isSeen(name))
  return {
    ...source,
    properties: Object.fromEntries(properties),
    kept_secrets: keptUnderPresets(info, presets, source).filter(isSeen),
  }
}

/** Names of the secrets that stay. One that the app's settings would take elsewhere has to be entered again. */
export function keptUnderPresets(info: ConnectorInfo, presets: Presets, stored: StoredSettings): string[] {
  const { properties: before, kept_secrets: kept } = stored
  const after = ruledSettings(info, presets, stored)
  const bound = findBoundSecrets(info, { before, after }, { stored: kept, changedSecrets: [] })
  return kept.filter((name) => !Object.hasOwn(bound.neededAgain, name) && !bound.forgotten.includes(name))
}

/** The plain settings with those that the app alone sets. */
function ruledSettings(info: ConnectorInfo, presets: Presets, { properties }: StoredSettings): Values {
  const ruled = Object.entries(plainPresets(info, presets)).filter(([name]) => isRuled(presets[name]))
  return { ...properties, ...Object.fromEntries(ruled) }
}
