import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import type { TapFile, TapSetting } from './tap-file.ts'

/** What a connector of a tap says of itself. Pure. */
export function tapInfo({ name, title, category, description, settings }: TapFile): ConnectorInfo {
  const secrets = settings.filter(({ secret }) => secret).map((setting) => setting.name)
  return {
    type: `tap.${name}`,
    slug: `tap-${name}`,
    name: title,
    category,
    keywords: ['singer', `tap-${name}`],
    logo: null,
    stage: 'alpha',
    auth_methods: [{ key: 'settings', title: 'Settings of the tap', type: 'CUSTOM', properties: secrets }],
    description,
    stream_noun: 'object',
    steps: ['form', 'discover_schema', 'field_selection'],
    properties: settings.map((setting, index) => propertyOf(setting, index + 1, secrets)),
    authorization: null,
    default_scheduling_interval: 60,
    default_start_date: null,
  }
}

/** The name of a setting's value, if it looks like a place to send secrets to. */
const placeName =
  /(^|_)(host|hostname|server|address|domain|subdomain|url|uri|endpoint|proxy|tunnel|bastion)(_|$)/

function propertyOf(setting: TapSetting, order: number, secrets: readonly string[]): PropertyInfo {
  const { name, title, description, placeholder, required, secret, renewed_by_tap: isRenewed } = setting
  const isSecret = secret === true
  // What a text means only the tap knows: it may be a host. A date, a number, a choice is none.
  const mayBePlace = setting.options === undefined && ['text', 'json'].includes(setting.kind)
  const bound = !isSecret && (mayBePlace || placeName.test(name)) ? secrets : []
  const control = controlOf(setting)
  return {
    name,
    title,
    ...(description !== undefined && { description }),
    ...(placeholder !== undefined && { placeholder }),
    is_required: required === true,
    is_credential: isSecret,
    property_type: 'user_provided',
    affects_authorization: false,
    binds: [...bound],
    ...(isRenewed && { tap_mutable: true }),
    ...(setting.in_form === false && { in_form: false }),
    json_schema: schemaOf(setting),
    ...(control !== undefined && { control }),
    ...(setting.default !== undefined && { default: setting.default }),
    order,
  }
}

function controlOf({ kind, options, secret }: TapSetting): PropertyInfo['control'] {
  if (options) return 'select'
  if (kind === 'json' || kind === 'list') return secret ? 'secret' : 'multiline'
  if (secret) return 'secret'
  if (kind === 'boolean') return 'switch'
  return kind === 'integer' || kind === 'number' ? 'number' : undefined
}

const longest = 65_536

/** Of the value as a text, which all values of settings are. */
function schemaOf({ kind, options, minimum, maximum }: TapSetting): Record<string, unknown> {
  if (options) {
    return { type: 'string', oneOf: options.map(({ value, title }) => ({ const: String(value), title })) }
  }
  const range = { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) }
  switch (kind) {
    case 'boolean':
      return { type: 'string', pattern: '^(true|false)$' }
    case 'integer':
      return { type: 'string', pattern: '^-?[0-9]{1,15}$', ...range }
    case 'number':
      return { type: 'string', pattern: '^-?[0-9]{1,15}([.][0-9]{1,15})?$', ...range }
    case 'date':
      return { type: 'string', maxLength: 40, anyOf: [{ format: 'date' }, { format: 'date-time' }] }
    case 'email':
      return { type: 'string', maxLength: 320, format: 'email' }
    case 'json':
      return {
        type: 'string',
        maxLength: longest,
        pattern: '^\\s*[\\[{][\\s\\S]*[\\]}]\\s*$',
        contentMediaType: 'application/json',
      }
    case 'list':
    case 'text':
      return { type: 'string', minLength: 1, maxLength: longest }
  }
}
