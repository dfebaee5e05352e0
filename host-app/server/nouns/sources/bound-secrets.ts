import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import type { SettingFaults } from '@bobbin/shared/setting-faults'
import { shownProperties, valuesInForce, type Values } from '@bobbin/shared/setting-rules'
import { isPlace } from '../../../connectors/bindings.ts'

/**
 * A stored secret goes only where it was entered for. A setting that says where it goes, or how it is
 * protected on the way, names it in `binds`; when that setting comes to act otherwise, the secret has to be
 * entered anew, and one that does not show any more, so that nobody could enter it, is forgotten.
 */
export interface BoundSecrets {
  /** The fault of each secret that is needed again. */
  readonly neededAgain: SettingFaults
  /** Stored secrets that no longer count. */
  readonly forgotten: readonly string[]
  /** A grant of a provider is no longer good for these settings. */
  readonly voidsGrant: boolean
}

/** `stored`: names of the secrets that would be kept, neither removed nor given anew by the change. Pure. */
export function findBoundSecrets(
  info: ConnectorInfo,
  settings: { before: Values; after: Values },
  { stored, changedSecrets }: { stored: readonly string[]; changedSecrets: readonly string[] },
): BoundSecrets {
  const before = valuesInForce(info.properties, settings.before)
  const after = valuesInForce(info.properties, settings.after)
  const moved = info.properties.filter((property) => {
    const { name, binds = [], is_credential: isSecret } = property
    if (binds.length === 0 || (property.binds_once_given && before[name] === undefined)) return false
    return isSecret ? changedSecrets.includes(name) : !isSamePlace(property, before[name], after[name])
  })
  const shown = new Set(shownProperties(info.properties, settings.after).map(({ name }) => name))
  const bound = info.properties.filter(({ name }) => stored.includes(name) && binding(moved, name).length > 0)
  return {
    neededAgain: Object.fromEntries(
      bound
        .filter(({ name }) => shown.has(name))
        .map(({ name }) => {
          const changed = binding(moved, name).map((one) => one.name)
          return [name, { rule: 'needed_again', parameters: { changed } }]
        }),
    ),
    forgotten: bound.map(({ name }) => name).filter((name) => !shown.has(name)),
    voidsGrant: info.steps.includes('oauth') && moved.length > 0,
  }
}

function binding(moved: readonly PropertyInfo[], secret: string): PropertyInfo[] {
  return moved.filter(({ binds = [] }) => binds.includes(secret))
}

/** Whether two values mean the same: blanks around them, and what does not count in a name or a URL, aside. */
function isSamePlace(property: PropertyInfo, before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return before === after
  return normalised(property, before) === normalised(property, after)
}

function normalised(property: PropertyInfo, value: string): string {
  const text = value.trim()
  if (!isPlace(property)) return text
  if (text.includes('://') && URL.canParse(text)) return new URL(text).href
  return text
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}
