import { directorySchemas } from '@bobbin/shared/directory'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { ownConnectors } from '../../../connectors/own-connectors.ts'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { connectorSchemas } from './connector-schemas.ts'

const info = connectorInfo({
  type: 'platform.acorn',
  steps: ['form', 'oauth', 'discover_schema'],
  properties: [
    property('url', { json_schema: { type: 'string', pattern: '^https:' }, order: 1 }),
    property('mode', {
      json_schema: { type: 'string', enum: ['plain', 'signed'] },
      default: 'plain',
      order: 2,
    }),
    property('key', { is_credential: true, show_when: { property: 'mode', in: ['signed'] }, order: 3 }),
    property('company', { property_type: 'system_provided_by_default', is_required: false, order: 4 }),
    property('version', { property_type: 'read_only', is_required: false, order: 5 }),
  ],
  authorization: { provider_name: 'Acorn', scopes: [] },
})
const schemas = connectorSchemas(info)

const ajv = new Ajv2020({ strict: false, validateFormats: false })
const accepts = (schema: object, value: unknown) => ajv.validate(schema, value)

describe('what goes in', () => {
  it.each([
    [{ url: 'https://acorn.test' }, true],
    [{ url: 'https://acorn.test', mode: 'plain' }, true],
    [{ url: 'https://acorn.test', mode: 'signed', key: 'k' }, true],
    // Needed, but only then.
    [{ url: 'https://acorn.test', mode: 'signed' }, false],
    [{ mode: 'plain' }, false],
    [{ url: 'ftp://acorn.test' }, false],
    [{ url: 'https://acorn.test', mode: 'loud' }, false],
    [{ url: 'https://acorn.test', colour: 'red' }, false],
    // What the provider gives, nobody is asked for.
    [{ url: 'https://acorn.test', company: 'Acme' }, false],
  ])('%j', (value, isAccepted) => {
    expect(accepts(schemas.connect_input, value)).toBe(isAccepted)
  })

  it('is less than what is there afterwards', () => {
    const stored = { url: 'https://acorn.test', company: 'Acme', version: '1' }
    expect(accepts(schemas.connection_settings, stored)).toBe(true)
    expect(schemas.connection_settings['properties']).toMatchObject({
      key: { writeOnly: true },
      mode: { default: 'plain' },
      version: { readOnly: true },
    })
  })

  it('are the options of addSource', () => {
    const options = { type: 'platform.acorn', default_streams: { users: true, tasks: { id: false } } }
    expect(accepts(schemas.pre_connect_input, options)).toBe(true)
    expect(accepts(schemas.pre_connect_input, { type: 'platform.other' })).toBe(false)
    expect(accepts(schemas.pre_connect_input, { ...options, default_streams: { users: 'yes' } })).toBe(false)
  })
})

it('what comes out is what the promise is fulfilled with', () => {
  const result = {
    id: 12,
    type: 'platform.acorn',
    display_name: 'Acorn',
    step: 'fully_configured',
    check: { name: '12.1', status: 'succeeded' },
    selected_streams: ['users'],
    selected_streams_count: 1,
    ignored_default_streams: [],
  }
  expect(accepts(schemas.connect_output, result)).toBe(true)
  expect(accepts(schemas.connect_output, { ...result, check: null })).toBe(true)
  expect(accepts(schemas.connect_output, { ...result, step: 'lunch' })).toBe(false)
})

it('what is not there, nothing fulfils', () => {
  for (const schema of [schemas.integration_data, schemas.webhook_input])
    expect(accepts(schema, {})).toBe(false)
  expect(accepts(schemas.connector_config, { client_id: 'a', client_secret: 'b' })).toBe(true)
  expect(accepts(schemas.connector_config, {})).toBe(false)
  expect(accepts(connectorSchemas(connectorInfo()).connector_config, {})).toBe(true)
})

it('of each of our connectors every schema can be read, and has every name', () => {
  for (const { info } of ownConnectors({ demoCrmUrl: 'http://127.0.0.1:9' })) {
    const all = directorySchemas.strict().parse(connectorSchemas(info))
    for (const schema of Object.values(all)) {
      expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema')
      expect(ajv.validateSchema(schema)).toBe(true)
      ajv.compile(schema)
    }
  }
})
