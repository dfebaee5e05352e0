import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import type { DirectorySchemas } from '@bobbin/shared/directory'
import { isOfForm } from '@bobbin/shared/setting-rules'
import { stepTypes } from '@bobbin/shared/steps'

type Schema = Record<string, unknown>

const dialect = { $schema: 'https://json-schema.org/draft/2020-12/schema' }
const text = { type: 'string' }
const nothing: Schema = { ...dialect, not: {} }

/** What goes into a connector and comes out of it, as JSON Schemas. */
export function connectorSchemas(info: ConnectorInfo): DirectorySchemas {
  const settable = info.properties.filter(({ property_type: type }) => type !== 'read_only')
  const asked = settable.filter((property) => {
    const isGranted = info.steps.includes('oauth') && property.property_type === 'system_provided_by_default'
    return isOfForm(property) && !isGranted
  })
  return {
    connector_config: info.steps.includes('oauth') ? oauthClient : { ...dialect, ...object({}, []) },
    connection_settings: settingsSchema(info.properties),
    integration_data: nothing,
    webhook_input: nothing,
    pre_connect_input: addSourceOptions(info.type),
    connect_input: settingsSchema(asked),
    connect_output: sourceResult(info.type),
  }
}

const object = (properties: Schema, required: readonly string[]): Schema => ({
  type: 'object',
  properties,
  required: [...required],
  additionalProperties: false,
})

const oauthClient: Schema = {
  ...dialect,
  ...object({ client_id: text, client_secret: { ...text, writeOnly: true } }, ['client_id', 'client_secret']),
}

/** Settings by name. One that counts only beside another's value is needed only then. */
function settingsSchema(properties: readonly PropertyInfo[]): Schema {
  const isNeeded = ({ is_required: isRequired, default: value }: PropertyInfo) =>
    isRequired && value === undefined
  const conditions = properties
    .filter((property) => isNeeded(property) && property.show_when)
    .map(({ name, show_when: rule }) => ({
      if: { properties: { [rule!.property]: { enum: rule!.in } }, required: [rule!.property] },
      then: { required: [name] },
    }))
  return {
    ...dialect,
    ...object(
      Object.fromEntries(
        properties.toSorted((a, b) => a.order - b.order).map((one) => [one.name, settingSchema(one)]),
      ),
      properties.filter((property) => isNeeded(property) && !property.show_when).map(({ name }) => name),
    ),
    ...(conditions.length > 0 ? { allOf: conditions } : {}),
  }
}

function settingSchema(property: PropertyInfo): Schema {
  const { title, description, default: value, is_credential: isSecret, json_schema: schema } = property
  return {
    ...(schema ?? text),
    title,
    ...(description === undefined ? {} : { description }),
    ...(value === undefined ? {} : { default: value }),
    ...(isSecret ? { writeOnly: true } : {}),
    ...(property.property_type === 'read_only' ? { readOnly: true } : {}),
  }
}

/** The options of the client's `addSource` but its token. */
function addSourceOptions(type: string): Schema {
  const choice = {
    anyOf: [{ type: 'boolean' }, { type: 'object', additionalProperties: { type: 'boolean' } }],
  }
  return {
    ...dialect,
    ...object(
      {
        type: { const: type },
        discovery_job_name: text,
        default_streams: { type: 'object', additionalProperties: choice },
      },
      ['type'],
    ),
  }
}

/** What the client's promise is fulfilled with: `SourceResult` of the window protocol. */
function sourceResult(type: string): Schema {
  const names = { type: 'array', items: text }
  const check = object({ name: text, status: { enum: ['running', 'succeeded', 'failed'] } }, [
    'name',
    'status',
  ])
  const properties = {
    id: { type: 'integer', minimum: 1 },
    type: { const: type },
    display_name: text,
    step: { enum: [...stepTypes] },
    check: { anyOf: [check, { type: 'null' }] },
    selected_streams: { ...names, maxItems: 1_000 },
    selected_streams_count: { type: 'integer', minimum: 0 },
    ignored_default_streams: names,
  }
  return { ...dialect, ...object(properties, Object.keys(properties)) }
}
