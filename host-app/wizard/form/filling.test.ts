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
const fill = (part: 'host' | 'port' | 'user' | 'password' | 'tls_mode', name: string, pattern?: string) => ({
  part,
  property: name,
  ...(pattern && { pattern }),
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
const helpdesk: FlowConnector = {
  ...database,
  properties: [property('subdomain'), property('note')],
  pasted_address: {
    schemes: ['https', 'http'],
    fills: [fill('host', 'subdomain', '^([a-z0-9\\-]+)\\.zendesk\\.com$')],
  },
}

const filled = (connector: FlowConnector, text: string, into: string | null = null) => {
  const filling = fillingOf(connector, text, into)
  return (
    filling && {
      ...Object.fromEntries(filling.values.map((one) => [one.property.name, one.value])),
      ...(filling.left.length > 0 && { left: filling.left }),
    }
  )
}

test.each<[FlowConnector, string, string | null, Record<string, unknown> | null]>([
  [
    postgres,
    'postgres://ann:x@db.test:5433?sslmode=require',
    null,
    { address: 'db.test', port: '5433', login: 'ann', secret: 'x', ssl: 'require' },
  ],
  // What it does not say stays as it is.
  [postgres, 'postgres://db.test', 'login', { address: 'db.test' }],
  [postgres, 'postgres://db.test?ssl=true', null, { address: 'db.test', ssl: 'require' }],
  // A choice that the setting does not have is left alone, and so is what no field takes.
  [
    postgres,
    'postgres://db.test/shop?sslmode=prefer&options=-x',
    null,
    { address: 'db.test', left: ['options', 'database', 'sslmode'] },
  ],
  [postgres, 'host=db.test user=ann', null, { address: 'db.test', login: 'ann' }],
  // Of another kind.
  [postgres, 'mysql://ann:x@db.test', null, null],
  [postgres, 'https://db.test', 'address', null],
  [database, 'host=db.test user=ann', null, null],
  // The address of a page.
  [helpdesk, 'https://acme.zendesk.com/agent', 'subdomain', { subdomain: 'acme' }],
  [helpdesk, 'https://acme.zendesk.com/agent', 'note', null],
  [helpdesk, 'https://acme.zendesk.com.evil.test/agent', 'subdomain', null],
  [helpdesk, 'host=acme.zendesk.com user=x', 'subdomain', null],
])('%#: %s', (connector, text, into, expected) => {
  expect(filled(connector, text, into)).toEqual(expected)
})
