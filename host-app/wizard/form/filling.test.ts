import type { FlowConnector, PropertyInfo } from '@bobbin/shared/connector-info'
import { expect, test } from 'vitest'
import { database } from '../preview/connectors.ts'
import { fillingOf } from './filling.ts'

const property = (name: string, rest: Partial<PropertyInfo> = {}): PropertyInfo => ({
  name,
  title: name,
  is_required: true,
  is_credential: false,
  property_type: 'user_provided',
  affects_authorization: false,
  json_schema: { type: 'string' },
  order: 1,
  ...rest,
})
const fill = (part: 'host' | 'port' | 'user' | 'password' | 'tls_mode', name: string) => ({
  part,
  property: name,
})

const postgres: FlowConnector = {
  ...database,
  properties: [
    property('address'),
    property('port'),
    property('login'),
    property('secret', { is_credential: true }),
    property('ssl', { json_schema: { enum: ['disable', 'require'] }, also_spelled: { true: 'require' } }),
  ],
  pasted_address: {
    schemes: ['postgres'],
    fills: [
      fill('host', 'address'),
      fill('port', 'port'),
      fill('user', 'login'),
      fill('password', 'secret'),
      fill('tls_mode', 'ssl'),
    ],
  },
}
const filled = (connector: FlowConnector, text: string) => {
  const filling = fillingOf(connector, text)
  return (
    filling && {
      ...Object.fromEntries(filling.values.map((one) => [one.property.name, one.value])),
      ...(filling.left.length > 0 && { left: filling.left }),
    }
  )
}

test.each<[FlowConnector, string, Record<string, unknown> | null]>([
  [
    postgres,
    'postgres://ann:x@db.test:5433?sslmode=require',
    { address: 'db.test', port: '5433', login: 'ann', secret: 'x', ssl: 'require' },
  ],
  // What it does not say stays as it is.
  [postgres, 'postgres://db.test', { address: 'db.test' }],
  [postgres, 'postgres://db.test?ssl=true', { address: 'db.test', ssl: 'require' }],
  // A choice that the setting does not have is left alone, and so is what no field takes.
  [
    postgres,
    'postgres://db.test/shop?sslmode=prefer&options=-x',
    { address: 'db.test', left: ['options', 'database', 'sslmode'] },
  ],
  [postgres, 'host=db.test user=ann', { address: 'db.test', login: 'ann' }],
  // Of another kind.
  [postgres, 'mysql://ann:x@db.test', null],
  [postgres, 'https://db.test', null],
  [database, 'host=db.test user=ann', null],
])('%#: %s', (connector, text, expected) => {
  expect(filled(connector, text)).toEqual(expected)
})
