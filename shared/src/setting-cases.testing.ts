import type { PropertyInfo } from './connector-info.ts'
import type { SettingFaults } from './setting-faults.ts'
import type { Values } from './setting-rules.ts'

/** A setting that is a text and may be left out. */
export const property = (name: string, order: number, rest: Partial<PropertyInfo> = {}): PropertyInfo => ({
  name,
  title: name,
  order,
  is_required: false,
  is_credential: false,
  property_type: 'user_provided',
  affects_authorization: false,
  json_schema: { type: 'string' },
  ...rest,
})

const portPattern = '^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$'

/** A type on which every rule of the settings can be seen. */
export const caseProperties: readonly PropertyInfo[] = [
  property('host', 1, { is_required: true, binds: [], json_schema: { pattern: '^[a-z.]+$', maxLength: 20 } }),
  property('port', 2, {
    is_required: true,
    default: '5432',
    control: 'number',
    json_schema: { type: 'string', pattern: portPattern },
  }),
  property('password', 3, { is_required: true, is_credential: true, json_schema: { minLength: 3 } }),
  property('tls', 4, {
    default: 'off',
    json_schema: {
      oneOf: [
        { const: 'off', title: 'Off' },
        { const: 'on', title: 'On' },
      ],
    },
  }),
  property('certificate', 5, {
    is_required: true,
    control: 'multiline',
    show_when: { property: 'tls', in: ['on'] },
    json_schema: { pattern: 'BEGIN', maxLength: 100 },
  }),
  property('plain_note', 6, { show_when: { property: 'tls', in: ['off'] } }),
  property('plan', 7, { in_form: false, default: 'free' }),
  property('seats', 8, { is_required: true, show_when: { property: 'plan', in: ['paid'] } }),
  property('trial', 9, { show_when: { property: 'plan', in: ['free'] } }),
  property('slug', 10, { json_schema: { pattern: '^(a|a)*$' } }),
  property('site', 11, { json_schema: { format: 'uri' } }),
  property('issued', 12, { is_required: true, property_type: 'read_only' }),
]

export interface SettingCase {
  readonly title: string
  /** What the controls hold; a form posted by hand may hold the same. */
  readonly held: Values
  /** What was saved before; absent: the source is new. */
  readonly saved?: Values
  readonly faults?: SettingFaults
  /** Only a library for JSON Schema can tell. */
  readonly isToldByServerAlone?: true
  /** What comes of it where nothing is wrong. */
  readonly sent?: Values
}

const good = { host: 'db.test', port: '5432', password: 'secret', tls: 'off' }
const fault = (name: string, rule: SettingFaults[string]) => ({ [name]: rule })
const missing = { rule: 'missing', parameters: {} } as const
const noPort = { rule: 'not_a_number', parameters: { least: 1, most: 65_535 } } as const

/** The form and the server are both held to these. */
export const settingCases: readonly SettingCase[] = [
  { title: 'all that is needed', held: good, sent: good },
  {
    title: 'nothing at all: what has a default is not missing',
    held: {},
    faults: { host: missing, password: missing },
  },
  {
    title: 'an emptied field that has a default',
    held: { ...good, port: '', tls: '' },
    sent: { host: 'db.test', password: 'secret' },
  },
  {
    title: 'what shows by a default, where its setting was emptied',
    held: { ...good, tls: '', plain_note: 'a' },
    sent: { host: 'db.test', port: '5432', password: 'secret', plain_note: 'a' },
  },
  {
    title: 'blanks around values, which are slips, but not in a secret',
    held: { ...good, host: ' db.test\t', port: '5432 ', password: ' secret ' },
    sent: { ...good, password: ' secret ' },
  },
  {
    title: 'blanks around a text of several lines',
    held: { ...good, tls: 'on', certificate: '\nBEGIN\n\n' },
    sent: { ...good, tls: 'on', certificate: 'BEGIN' },
  },
  {
    title: 'nothing but blanks',
    held: { ...good, host: '  ' },
    faults: fault('host', missing),
  },
  {
    title: 'a secret of blanks, which is a short one',
    held: { ...good, password: '  ' },
    faults: fault('password', { rule: 'too_short', parameters: { least: 3 } }),
  },
  { title: 'what shows and is needed', held: { ...good, tls: 'on' }, faults: fault('certificate', missing) },
  {
    title: 'what does not show: it is dropped, faults and all',
    held: { ...good, certificate: 'no', seats: '5' },
    sent: good,
  },
  {
    title: 'a text that is too long',
    held: { ...good, host: 'a'.repeat(21) },
    faults: fault('host', { rule: 'too_long', parameters: { most: 20 } }),
  },
  {
    title: 'a text that is too long for a pattern without a length',
    held: { ...good, slug: 'a'.repeat(3_000) },
    faults: fault('slug', { rule: 'too_long', parameters: { most: 2_048 } }),
  },
  {
    title: 'another form than the pattern’s',
    held: { ...good, host: 'DB' },
    faults: fault('host', { rule: 'other_form', parameters: { example: null } }),
  },
  { title: 'no number', held: { ...good, port: 'abc' }, faults: fault('port', noPort) },
  { title: 'a number out of range', held: { ...good, port: '65536' }, faults: fault('port', noPort) },
  {
    title: 'no option',
    held: { ...good, tls: 'maybe' },
    faults: fault('tls', { rule: 'not_an_option', parameters: { options: ['Off', 'On'] } }),
  },
  {
    title: 'no web address',
    held: { ...good, site: 'nope' },
    faults: fault('site', { rule: 'not_in_format', parameters: { formats: ['uri'] } }),
    isToldByServerAlone: true,
  },
  {
    title: 'a new source whose app’s setting has its default',
    held: { ...good, trial: 't' },
    sent: { ...good, trial: 't' },
  },
  {
    title: 'what shows by a setting that the app has saved',
    saved: { ...good, plan: 'paid' },
    held: { ...good, trial: 't' },
    faults: fault('seats', missing),
  },
  {
    title: 'what shows by a setting that the app has saved, and is given',
    saved: { ...good, plan: 'paid' },
    held: { ...good, seats: '5', trial: 't' },
    sent: { ...good, seats: '5' },
  },
  {
    title: 'a secret that is left blank, which keeps it',
    saved: good,
    held: { ...good, password: '' },
    sent: { host: 'db.test', port: '5432', tls: 'off' },
  },
  {
    title: 'what is needed, and was emptied',
    saved: good,
    held: { ...good, host: '' },
    faults: fault('host', missing),
  },
]
