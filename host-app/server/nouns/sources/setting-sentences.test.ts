import { describe, expect, it } from 'vitest'
import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { missingSettings } from '@bobbin/shared/setting-rules'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { givenFault } from './setting-fault.ts'
import { settingSentence } from './setting-sentences.ts'

const port = '^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$'

/** What a caller reads of a value; null where nothing is wrong with it. */
function sentenceOf(info: ConnectorInfo, name: string, value: string): string | null {
  const fault = givenFault(info, name, value)
  return fault && settingSentence(info, name, fault)
}

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
    ['no titled option', choices, 'c', 'Choose one of: a, b.'],
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
    expect(sentenceOf(info, 'x', value)).toBe(sentence)
  })

  it('never lets a slow pattern meet a long text', () => {
    const info = connectorInfo({ properties: [property('x', { json_schema: { pattern: '^(a|a)*$' } })] })
    expect(sentenceOf(info, 'x', 'a'.repeat(3_000))).toBe('Must have at most 2,048 characters.')
  })

  it('names what is not known and what is not to be set', () => {
    const info = connectorInfo({ properties: [property('x', { property_type: 'read_only' })] })
    expect(sentenceOf(info, 'x', 'a')).toBe('This setting cannot be set.')
    expect(sentenceOf(info, 'y', 'a')).toBe('This setting is not known.')
  })
})

describe('what is missing', () => {
  const info = connectorInfo({
    name: 'Shop',
    properties: [
      property('host', { title: 'Host' }),
      property('api_key', { title: 'API key', is_credential: true }),
      property('shop', { title: 'Shop name' }),
      property('mode', { json_schema: { enum: ['x', 'y'] } }),
    ],
  })

  it('is asked for by its title, as it stands in a sentence', () => {
    const faults = Object.entries(missingSettings(info.properties, {}, new Set()))
    expect(faults.map(([name, fault]) => settingSentence(info, name, fault))).toEqual([
      'Enter the host.',
      'Enter the API key.',
      'Enter the Shop name.',
      'Choose the mode.',
    ])
  })

  it('may have been there, for other settings', () => {
    const again = (changed: string[]) =>
      settingSentence(info, 'api_key', { rule: 'needed_again', parameters: { changed } })
    const goes = 'and it goes only where it was entered for.'
    expect(again(['host'])).toBe(`Enter the API key again: Host has changed, ${goes}`)
    expect(again(['host', 'mode'])).toBe(`Enter the API key again: Host and Mode have changed, ${goes}`)
  })
})
