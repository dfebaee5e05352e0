import { completeSetting } from './complete-setting.ts'
import { createNames } from './setting-names.ts'
import { TapFileError, type TapSetting } from './tap-file.ts'

type Schema = Readonly<Record<string, unknown>>

const mostSettings = 300
const deepest = 6

/** Of each property of a config; those of objects that say their own properties, too. */
export function schemaSettings(root: Schema): TapSetting[] {
  const nameOf = createNames()
  const settings: TapSetting[] = []
  const add = (schema: Schema, path: readonly string[], isNeeded: boolean) => {
    const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
    const properties = isObject(schema['properties']) ? schema['properties'] : {}
    for (const [name, found] of Object.entries(properties)) {
      const property = plain(isObject(found) ? found : {}, root)
      const own = [...path, name]
      const needed = isNeeded && required.has(name)
      if (hasProperties(property) && own.length < deepest) add(property, own, needed)
      else settings.push(settingOf(nameOf(own), own, property, needed))
      if (settings.length > mostSettings) {
        throw new TapFileError(`it has more than ${mostSettings} settings`)
      }
    }
  }
  add(root, [], true)
  return settings
}

function settingOf(name: string, path: string[], schema: Schema, required: boolean): TapSetting {
  const { minimum, maximum } = schema
  return completeSetting({
    name,
    in_config: path,
    ...kindOf(schema),
    title: text(schema['title']),
    description: text(schema['description']),
    placeholder: exampleOf(schema),
    required,
    secret: schema['secret'] === true || schema['writeOnly'] === true || schema['format'] === 'password',
    inForm: true,
    options: optionsOf(schema),
    default: schema['default'],
    ...(typeof minimum === 'number' && { minimum }),
    ...(typeof maximum === 'number' && { maximum }),
  })
}

/** What stands behind a reference within the same document, and the one branch that is not null. */
function plain(schema: Schema, root: Schema): Schema {
  let found = schema
  for (let steps = 0; steps < 8; steps += 1) {
    const { $ref: reference } = found
    if (typeof reference === 'string' && reference.startsWith('#/')) {
      const target = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : null), root)
      found = { ...(isObject(target) ? target : {}), ...without(found, '$ref') }
      continue
    }
    const branch = (['anyOf', 'oneOf'] as const).find((key) => Array.isArray(found[key]))
    if (branch === undefined) return found
    const branches = (found[branch] as unknown[]).filter(isObject)
    const real = branches.filter(({ type }) => type !== 'null')
    if (branches.every((one) => 'const' in one) || real.length !== 1) return found
    found = { ...real[0], ...without(found, branch) }
  }
  return found
}

function without(schema: Schema, key: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key))
}

function hasProperties(schema: Schema): boolean {
  return isObject(schema['properties']) && Object.keys(schema['properties']).length > 0
}

/** Of several types the first that is not null; a text where one may stand for another kind, as in Stitch's configs. */
function kindOf(schema: Schema): Pick<TapSetting, 'kind' | 'items'> {
  const types = typesOf(schema)
  const formats = new Set(formatsOf(schema))
  if (formats.has('date-time') || formats.has('date')) return { kind: 'date' }
  if (formats.has('email')) return { kind: 'email' }
  const [type] = types
  if (type === 'array') return { kind: 'list', items: itemsOf(schema['items']) }
  if (type === 'object') return { kind: 'json' }
  if (type === 'integer' || type === 'number' || type === 'boolean') return { kind: type }
  return { kind: 'text' }
}

function typesOf({ type }: Schema): string[] {
  const all = Array.isArray(type) ? type : [type]
  return all.filter((one): one is string => typeof one === 'string' && one !== 'null')
}

/** SDKs write a date as one of several texts. */
function formatsOf(schema: Schema): string[] {
  const all = [schema, ...branchesOf(schema)]
  return all.flatMap(({ format }) => (typeof format === 'string' ? [format] : []))
}

function branchesOf(schema: Schema): Schema[] {
  return ['anyOf', 'oneOf'].flatMap((key) => {
    const list = schema[key]
    return Array.isArray(list) ? list.filter(isObject) : []
  })
}

function itemsOf(items: unknown): NonNullable<TapSetting['items']> {
  const [type] = isObject(items) ? typesOf(items) : []
  if (type === 'integer' || type === 'number') return type
  return type === 'string' ? 'text' : 'json'
}

function optionsOf(schema: Schema): { value: unknown; title: string }[] | undefined {
  const { enum: plainOnes } = schema
  if (Array.isArray(plainOnes)) return plainOnes.map((value) => ({ value, title: String(value) }))
  const constants = branchesOf(schema).filter((one) => 'const' in one)
  if (constants.length === 0 || constants.length < branchesOf(schema).length) return undefined
  return constants.map(({ const: value, title }) => ({ value, title: text(title) ?? String(value) }))
}

function exampleOf({ examples }: Schema): string | null {
  const first: unknown = Array.isArray(examples) ? examples[0] : null
  return typeof first === 'string' || typeof first === 'number' ? String(first) : null
}

const text = (value: unknown) => (typeof value === 'string' ? value : null)

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
