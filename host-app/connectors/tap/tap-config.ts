import { ConnectorError } from '../connector.ts'
import type { TapSetting } from './tap-file.ts'

type Config = Record<string, unknown>

/**
 * The config that the tap reads: its own names, objects within objects, and values of the kinds that it wants. What has no
 * value is not there; what cannot be of its kind stays the text that it is.
 */
export function configOf(settings: readonly TapSetting[], values: Readonly<Record<string, string>>): Config {
  const config: Config = {}
  for (const [setting, text] of givenOf(settings, values)) {
    place(config, setting.in_config, valueOf(setting, text) ?? text)
  }
  return config
}

/** @throws {ConnectorError} SettingUnusable at the first setting whose text cannot be of its kind. */
export function requireKinds(
  settings: readonly TapSetting[],
  values: Readonly<Record<string, string>>,
): void {
  for (const [setting, text] of givenOf(settings, values)) {
    if (valueOf(setting, text) !== undefined) continue
    const detail = `It should be ${kindInWords(setting)}.`
    // Without the text: it may be a secret.
    throw new ConnectorError('SettingUnusable', { field: setting.name, detail })
  }
}

function givenOf(
  settings: readonly TapSetting[],
  values: Readonly<Record<string, string>>,
): [TapSetting, string][] {
  return settings.flatMap((setting): [TapSetting, string][] => {
    const text = Object.hasOwn(values, setting.name) ? values[setting.name] : undefined
    return text === undefined || text === '' ? [] : [[setting, text]]
  })
}

function kindInWords({ kind, items }: TapSetting): string {
  if (kind === 'json') return 'an object or a list, written as JSON'
  return items === 'json' ? 'a list, written as JSON' : `a list${items === 'text' ? '' : ' of numbers'}`
}

function place(config: Config, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path
  if (rest.length === 0) {
    config[name] = value
    return
  }
  const inner = Object.hasOwn(config, name) && isObject(config[name]) ? config[name] : {}
  config[name] = inner
  place(inner, rest, value)
}

/** Undefined: it cannot be of its kind. */
function valueOf(setting: TapSetting, text: string): unknown {
  const { kind, options } = setting
  if (options) {
    const chosen = options.find(({ value }) => String(value) === text)
    return chosen === undefined ? text : chosen.value
  }
  switch (kind) {
    case 'boolean':
      return text === 'true'
    case 'integer':
    case 'number':
      return Number(text)
    case 'list':
      return listOf(setting, text)
    case 'json':
      return jsonOf(text, isObjectOrList)
    case 'date':
    case 'email':
    case 'text':
      return text
  }
}

/** A list as JSON; of texts and numbers with commas between them as well. */
function listOf({ items: itemKind }: TapSetting, text: string): unknown {
  if (text.trimStart().startsWith('[') || itemKind === 'json') return jsonOf(text, Array.isArray)
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
  if (itemKind !== 'integer' && itemKind !== 'number') return items
  const numbers = items.map(Number)
  return numbers.every(Number.isFinite) ? numbers : undefined
}

function jsonOf(text: string, isMeant: (value: unknown) => boolean): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isMeant(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isObjectOrList = (value: unknown) => typeof value === 'object' && value !== null

/**
 * The inverse: what stands in a config, by the names of our settings. What is a text, a number, a boolean or a list of ours
 * comes as the text that means it. What is not ours keeps the tap's name, set apart by a dot in front if need be.
 */
export function settingsOf(settings: readonly TapSetting[], config: Readonly<Config>): Config {
  const found: Config = {}
  for (const setting of settings) {
    const value = read(config, setting.in_config)
    if (value !== undefined) found[setting.name] = textOf(setting, value)
  }
  const ours = new Set(settings.map(({ name }) => name))
  for (const path of pathsOf(config, settings)) {
    const name = path.join('.')
    found[ours.has(name) ? `.${name}` : name] = read(config, path)
  }
  return found
}

/** Those that no setting has. */
function pathsOf(
  config: Readonly<Config>,
  settings: readonly TapSetting[],
  above: readonly string[] = [],
): string[][] {
  return Object.entries(config).flatMap(([name, value]): string[][] => {
    const path = [...above, name]
    const within = settings.filter(({ in_config: own }) => path.every((part, index) => own[index] === part))
    if (within.some(({ in_config: own }) => own.length === path.length)) return []
    return within.length > 0 && isObject(value) ? pathsOf(value, within, path) : [path]
  })
}

function read(config: Readonly<Config>, path: readonly string[]): unknown {
  let at: unknown = config
  for (const name of path) {
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined
    at = at[name]
  }
  return at
}

/** Null stays null: many taps write it for what they were not given. */
function textOf({ kind }: TapSetting, value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const isOurJson = (kind === 'json' || kind === 'list') && typeof value === 'object' && value !== null
  return isOurJson ? JSON.stringify(value) : value
}

function isObject(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Every text that stands in the secret settings, as it is and within JSON: none of them may be seen. */
export function secretsIn(settings: readonly TapSetting[], config: Readonly<Config>): string[] {
  return settings.filter(({ secret }) => secret).flatMap(({ in_config: path }) => textsIn(read(config, path)))
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
