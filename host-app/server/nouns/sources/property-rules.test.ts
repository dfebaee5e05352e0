import { describe, expect, it } from 'vitest'
import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { effectiveValues, missingFaults, shownProperties, valueFault } from './property-rules.ts'

const port = '^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$'

describe('the fault of a value', () => {
  const choices = {
    oneOf: [
      { const: 'a', title: 'Off' },
      { const: 'b', title: 'On' },
    ],
  }
  const portRange = { type: 'integer', minimum: 1, maximum: 65_535 }
  const address = { anyOf: [{ format: 'hostname' }, { format: 'ipv4' }] }
  const range = 'Must be a number between 1 and 65535.'
  it.each<[string, PropertyInfo['json_schema'], string, string | null, Partial<PropertyInfo>?]>([
    ['text', { type: 'string' }, 'x', null],
    ['no schema', null, 'x', null],
    ['an option', { type: 'string', enum: ['a', 'b'] }, 'b', null],
    ['no option', { type: 'string', enum: ['a', 'b'] }, 'c', 'Choose one of: a, b.'],
    ['a titled option', choices, 'a', null],
    ['no titled option', choices, 'c', 'Choose one of: Off, On.'],
    ['a number', portRange, '5432', null],
    ['a number out of range', portRange, '70000', range],
    ['no number', portRange, 'abc', range],
    ['a fraction for an integer', portRange, '1.5', range],
    ['a number by pattern', { type: 'string', pattern: port }, '65535', null],
    ['digits', { type: 'string', pattern: '^\\d+$' }, 'x', 'Must be a whole number.', { control: 'number' }],
    ['a pattern of numbers', { type: 'string', pattern: port }, '65536', range, { control: 'number' }],
    [
      'text in a range',
      { type: 'string', minimum: 5 },
      '4',
      'Must be a number of at least 5.',
      { control: 'number' },
    ],
    ['a boolean', { type: 'string', pattern: '^(true|false)$' }, 'yes', 'Must be true or false.'],
    ['a real boolean', { type: 'boolean' }, 'true', null],
    [
      'either of two shapes',
      { anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^\\d+$' }] },
      '12',
      null,
    ],
    ['a host', address, 'db.example.com', null],
    ['an address', address, '10.0.0.1', null],
    ['no host', address, 'a b', 'Must be a host name or an IP address.'],
    ['a URL', { format: 'uri' }, 'nope', 'Must be a web address such as https://example.com.'],
    ['a time', { format: 'date-time' }, '2026-01-31T00:00:00Z', null],
    ['no time', { format: 'date-time' }, 'May', 'Must be a date and time such as 2026-01-31T00:00:00Z.'],
    ['a long text', { maxLength: 3 }, 'abcd', 'Must have at most 3 characters.'],
    ['a short text', { minLength: 3 }, 'ab', 'Must have at least 3 characters.'],
    ['a pattern', { pattern: '^a+$' }, 'b', 'Does not have the expected form.'],
    ['a pattern with an example', { pattern: '^a+$' }, 'b', 'Must look like aaa.', { placeholder: 'aaa' }],
  ])('%s', (_title, schema, value, sentence, rest = {}) => {
    const info = connectorInfo({ properties: [property('x', { json_schema: schema, ...rest })] })
    expect(valueFault(info, 'x', value)).toBe(sentence)
  })

  it('never lets a slow pattern meet a long text', () => {
    const info = connectorInfo({ properties: [property('x', { json_schema: { pattern: '^(a|a)*$' } })] })
    expect(valueFault(info, 'x', 'a'.repeat(3_000))).toBe('Must have at most 2,048 characters.')
  })

  it('names what is not known and what is not to be set', () => {
    const info = connectorInfo({ properties: [property('x', { property_type: 'read_only' })] })
    expect(valueFault(info, 'x', 'a')).toBe('This setting cannot be set.')
    expect(valueFault(info, 'y', 'a')).toBe('This setting is not known.')
  })
})

const info = connectorInfo({
  name: 'Shop',
  properties: [
    property('host', { title: 'Host' }),
    property('api_key', { title: 'API key', is_credential: true }),
    property('shop', { title: 'Shop name', is_required: false }),
    property('ssl', { json_schema: { enum: ['on', 'off'] }, default: 'off' }),
    property('cert', { show_when: { property: 'ssl', in: ['on'] } }),
    property('mode', { json_schema: { enum: ['x', 'y'] } }),
    property('client_id', { property_type: 'system_provided_by_default' }),
    property('internal', { property_type: 'read_only' }),
  ],
})
const names = (values: Record<string, string>) => shownProperties(info, values).map(({ name }) => name)

describe('what shows', () => {
  it('follows the value, and the default where there is none', () => {
    expect(names({})).not.toContain('cert')
    expect(names({ ssl: 'on' })).toContain('cert')
  })

  it('counts alone: a hidden value is no setting', () => {
    expect(effectiveValues(info, { host: 'h', cert: 'c' })).toEqual({ host: 'h', ssl: 'off' })
    expect(effectiveValues(info, { ssl: 'on', cert: 'c' })).toEqual({ ssl: 'on', cert: 'c' })
  })

  it('is nothing in a circle of rules', () => {
    const circle = connectorInfo({
      properties: [
        property('a', { show_when: { property: 'b', in: ['1'] } }),
        property('b', { show_when: { property: 'a', in: ['1'] } }),
      ],
    })
    expect(shownProperties(circle, { a: '1', b: '1' })).toEqual([])
  })
})

describe('what is missing', () => {
  it('is what is needed, shown, and without value or default, in words', () => {
    expect(missingFaults(info, {}, new Set())).toEqual({
      host: 'Enter the host.',
      api_key: 'Enter the API key.',
      mode: 'Choose the mode.',
    })
    expect(missingFaults(info, { host: 'h', mode: 'x', ssl: 'on' }, new Set(['api_key']))).toEqual({
      cert: 'Enter the cert.',
    })
  })
})
