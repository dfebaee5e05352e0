import { describe, expect, it } from 'vitest'
import { connectorFaults } from '../connector-rules.ts'
import { valueFault } from '../value-fault.ts'
import { tapConnector } from './connector.ts'
import { fixtureFile } from './fixture-file.testing.ts'
import { readSettings } from './read-settings.ts'
import { configOf, requireKinds, settingsOf } from './tap-config.ts'
import { tapFile } from './tap-file.ts'

const schema = {
  type: 'object',
  required: ['apiKey', 'auth'],
  properties: {
    apiKey: { type: 'string', title: 'Key', description: 'Of the shop.' },
    'Start-Date': { type: ['null', 'string'], format: 'date-time' },
    auth: {
      type: 'object',
      required: ['client_id'],
      properties: { client_id: { type: 'string' }, refreshToken: { type: 'string', writeOnly: true } },
    },
    plan: { type: 'string', enum: ['free', 'paid'], default: 'free' },
    level: { enum: [1, 2] },
    page_size: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
    verify: { type: 'boolean', default: true },
    repositories: { type: 'array', items: { type: 'string' } },
    ids: { type: ['array', 'null'], items: { type: 'integer' } },
    stream_maps: { type: ['object', 'null'] },
    note: { $ref: '#/definitions/note' },
    region: { anyOf: [{ type: 'string', title: 'Region' }, { type: 'null' }] },
    hidden: { type: 'string', secret: true },
    primary_key: { type: 'string' },
    cron_expression: { type: 'string' },
    __: { type: 'string' },
  },
  definitions: { note: { type: 'string', title: 'Note' } },
}

const settingsBy = (found: unknown) => new Map(readSettings(found).settings.map((one) => [one.name, one]))

describe('settings of a tap, by JSON Schema', () => {
  const settings = settingsBy(schema)

  it('have names that ours can have, and keep their own', () => {
    expect([...settings.values()].map(({ name, in_config: path }) => [name, path.join('.')])).toEqual([
      ['api_key', 'apiKey'],
      ['start_date', 'Start-Date'],
      ['auth_client_id', 'auth.client_id'],
      ['auth_refresh_token', 'auth.refreshToken'],
      ...['plan', 'level', 'page_size', 'verify', 'repositories', 'ids', 'stream_maps', 'note'].map(
        (name) => [name, name],
      ),
      ...['region', 'hidden', 'primary_key'].map((name) => [name, name]),
      ['cron_expression_2', 'cron_expression'],
      ['setting', '__'],
    ])
  })

  it('are what the schema and their names say', () => {
    expect(settings.get('api_key')).toMatchObject({
      secret: true,
      required: true,
      title: 'Key',
      description: 'Of the shop.',
    })
    expect(settings.get('auth_client_id')).toMatchObject({ required: true })
    expect(settings.get('auth_refresh_token')).toMatchObject({ secret: true, renewed_by_tap: true })
    expect(settings.get('auth_refresh_token')?.required).toBeUndefined()
    expect(settings.get('start_date')?.kind).toBe('date')
    expect(settings.get('plan')).toMatchObject({
      default: 'free',
      options: [{ value: 'free' }, { value: 'paid' }],
    })
    expect(settings.get('page_size')).toMatchObject({
      kind: 'integer',
      default: '50',
      minimum: 1,
      maximum: 100,
    })
    expect(settings.get('verify')).toMatchObject({ kind: 'boolean', default: 'true' })
    expect(settings.get('ids')).toMatchObject({ kind: 'list', items: 'integer' })
    expect(settings.get('stream_maps')).toMatchObject({ kind: 'json', in_form: false })
    expect(settings.get('note')?.title).toBe('Note')
    expect(settings.get('region')?.title).toBe('Region')
    expect(settings.get('hidden')?.secret).toBe(true)
    expect(settings.get('primary_key')?.secret).toBeUndefined()
  })

  const file = tapFile.parse({ ...fixtureFile, settings: [...settings.values()] })

  it('make a connector that keeps the rules', () => {
    const connector = tapConnector(file)
    expect(connectorFaults(connector)).toEqual([])
    const fault = (name: string, value: string) => {
      const property = connector.info.properties.find((one) => one.name === name)
      return property && valueFault(property, value)?.rule
    }
    expect(fault('page_size', '101')).toBe('not_a_number')
    expect(fault('verify', 'yes')).toBe('not_a_boolean')
    expect(fault('plan', 'gold')).toBe('not_an_option')
    expect(fault('start_date', 'yesterday')).toBe('not_in_format')
    for (const date of ['2026-01-01', '2026-01-01T00:00:00Z'])
      expect(fault('start_date', date)).toBeUndefined()
  })

  const values = {
    api_key: 'k',
    start_date: '2026-01-01',
    auth_client_id: 'c',
    level: '2',
    page_size: '50',
    verify: 'false',
    repositories: 'a/b, c/d',
    ids: '[1, 2]',
    stream_maps: '{"a": {}}',
  }
  const config = {
    apiKey: 'k',
    'Start-Date': '2026-01-01',
    auth: { client_id: 'c' },
    level: 2,
    page_size: 50,
    verify: false,
    repositories: ['a/b', 'c/d'],
    ids: [1, 2],
    stream_maps: { a: {} },
  }

  it('become the config of the tap, in its own names and kinds, and back', () => {
    expect(configOf(file.settings, values)).toEqual(config)
    expect(configOf(file.settings, { ids: '1, 2' })).toEqual({ ids: [1, 2] })
    expect(
      settingsOf(file.settings, { ...config, auth: { client_id: 'c', more: 1 }, api_key: 'not ours' }),
    ).toEqual({
      ...values,
      repositories: '["a/b","c/d"]',
      ids: '[1,2]',
      stream_maps: '{"a":{}}',
      'auth.more': 1,
      '.api_key': 'not ours',
    })
  })

  it.each([
    ['ids', '1, two'],
    ['ids', '[1'],
    ['stream_maps', '{"a": }'],
    ['stream_maps', '7'],
  ])('that cannot be of their kind are refused by name: %s %s', (name, value) => {
    expect(() => requireKinds(file.settings, { [name]: value })).toThrow(
      expect.objectContaining({ code: 'SettingUnusable', field: name }),
    )
  })
})

describe('settings of a tap, by Meltano', () => {
  const settings = settingsBy({
    name: 'tap-shop',
    settings: [
      { name: 'auth.token', kind: 'password', label: 'Token' },
      { name: 'site', description: 'The site.', value: 'main', sensitive: false },
      { name: 'secretish', sensitive: true },
      { name: 'count', kind: 'integer', value: 3 },
      {
        name: 'mode',
        kind: 'options',
        options: [
          { label: 'Fast', value: 'f' },
          { label: 'Slow', value: 's' },
        ],
      },
      { name: 'since', kind: 'date_iso8601' },
      { name: 'tables', kind: 'array' },
      { name: 'map', kind: 'object', value: { a: 1 } },
      { name: 'internal', kind: 'hidden', value: 'x' },
      { name: 'mail', kind: 'email' },
    ],
    settings_group_validation: [
      ['auth.token', 'site'],
      ['auth.token', 'mail'],
    ],
  })

  it('are what it says', () => {
    expect(settings.get('auth_token')).toMatchObject({
      in_config: ['auth', 'token'],
      secret: true,
      required: true,
      title: 'Token',
    })
    expect(settings.get('site')).toMatchObject({ default: 'main', description: 'The site.', title: 'Site' })
    // Of two groups one is enough.
    expect(settings.get('site')?.required).toBeUndefined()
    expect(settings.get('secretish')?.secret).toBe(true)
    expect(settings.get('count')).toMatchObject({ kind: 'integer', default: '3' })
    expect(settings.get('mode')).toMatchObject({
      options: [
        { value: 'f', title: 'Fast' },
        { value: 's', title: 'Slow' },
      ],
    })
    expect([...settings.values()].map(({ kind }) => kind)).toEqual([
      'text',
      'text',
      'text',
      'integer',
      'text',
      'date',
      'list',
      'json',
      'text',
      'email',
    ])
    expect(settings.get('map')?.default).toBe('{"a":1}')
    expect(settings.get('internal')).toMatchObject({ in_form: false, default: 'x' })
    const connector = tapConnector(tapFile.parse({ ...fixtureFile, settings: [...settings.values()] }))
    expect(connectorFaults(connector)).toEqual([])
  })
})

it('settings are taken as `--about --format=json` prints them', () => {
  const { settings, description } = readSettings({
    name: 'tap-shop',
    description: 'Shops.',
    capabilities: ['discover'],
    settings: {
      type: 'object',
      properties: { token: { type: 'string', secret: true } },
      required: ['token'],
    },
  })
  expect(description).toBe('Shops.')
  expect(settings).toMatchObject([{ name: 'token', secret: true, required: true }])
})

it.each([
  ['a text', 'x', /neither/],
  ['an empty object', {}, /neither/],
  [
    'settings without names',
    { settings: [{ kind: 'string' }] },
    /list of settings cannot be used: settings.0.name/,
  ],
  [
    'a name that is JavaScript’s',
    { properties: { constructor: { type: 'string' } } },
    /cannot be called constructor/,
  ],
  ['one setting twice', { settings: [{ name: 'a' }, { name: 'a' }] }, /there twice/],
  ['one within the other', { settings: [{ name: 'a' }, { name: 'a.b' }] }, /a\.b lies within a/],
  [
    'very many',
    { properties: Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`s${n}`, {}])) },
    /more than 300/,
  ],
])('%s is refused', (_, found, sentence) => {
  expect(() => readSettings(found)).toThrow(sentence)
})
