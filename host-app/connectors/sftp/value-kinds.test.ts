import { describe, expect, it } from 'vitest'
import { kindOfText, kindOfValue, schemaOf } from './value-kinds.ts'

describe('what a text stands for', () => {
  it.each([
    ['integer', ['0', '-1', '+5', ' 42 ', '999999999999999']],
    ['number', ['1.5', '-.5', '1e10', '0.10', '2.5E-3']],
    ['boolean', ['true', 'FALSE']],
    ['date-time', ['2026-01-31T06:00:00Z', '2026-01-31 06:00', '2026-01-31T06:00:00.123+02:00']],
    [
      'string',
      ['01234', '1,5', '1234567890123456', '2026-01-31', 'NaN', '0x10', 'yes', '2026-13-31T06:00:00Z', '-'],
    ],
    [null, ['', '  ']],
  ] as const)('%s', (kind, texts) => {
    expect(texts.map((text) => [text, kindOfText(text)])).toEqual(texts.map((text) => [text, kind]))
  })

  it('is known, where it is a value of JSON', () => {
    const values = [1, 1.5, 1e300, true, 'x', '1', '2026-01-31T06:00:00Z', {}, [], null]
    expect(values.map(kindOfValue)).toEqual([
      ...['integer', 'number', 'number', 'boolean', 'string', 'string', 'date-time', 'object', 'array'],
      null,
    ])
  })
})

describe('the schema of a field', () => {
  it.each([
    [[], { type: ['null', 'string'] }],
    [['string'], { type: ['null', 'string'] }],
    [['integer'], { type: ['null', 'integer', 'string'] }],
    [['integer', 'number'], { type: ['null', 'number', 'string'] }],
    [['integer', 'boolean'], { type: ['null', 'string'] }],
    [['date-time', 'string'], { type: ['null', 'string'] }],
    [['object'], { type: ['null', 'object'] }],
    [['object', 'string'], {}],
  ] as const)('of %j', (kinds, schema) => {
    expect(schemaOf(new Set(kinds))).toEqual(schema)
  })
})
