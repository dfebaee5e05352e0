import { html, type Markup } from './html.ts'
import type { Json } from './schemas.ts'

/** The fields of a schema as a table; what has no fields, as a line. */
export function schemaTable(schema: Json): Markup {
  const fields = Object.entries((schema['properties'] ?? {}) as Json)
  if (fields.length === 0) return html`<p>${typeOf(schema)}</p>`
  const required = new Set((schema['required'] ?? []) as string[])
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Field</th>
        <th scope="col">Type</th>
      </tr>
    </thead>
    <tbody>
      ${fields.map(([name, field]) => fieldRow(name, field as Json, required.has(name)))}
    </tbody>
  </table>`
}

export function fieldRow(name: string, schema: Json, isRequired: boolean, note?: unknown): Markup {
  return html`<tr>
    <th scope="row"><code>${name}</code>${isRequired && html` <span class="required">required</span>`}</th>
    <td>${typeOf(schema)}${typeof note === 'string' && html`<br />${note}`}</td>
  </tr>`
}

/** What a value is, in a few words and with links to what has a name. */
export function typeOf(schema: Json): Markup {
  const {
    $ref,
    enum: values,
    const: only,
    anyOf,
    oneOf,
    allOf,
    items,
    properties,
    additionalProperties,
  } = schema
  if (typeof $ref === 'string') return schemaLink($ref)
  if (Array.isArray(values)) return html`one of ${joined(values.map(literal), ', ')}`
  if (only !== undefined) return literal(only)
  const choices = (anyOf ?? oneOf) as Json[] | undefined
  if (choices) return joined(choices.map(typeOf), ' or ')
  if (Array.isArray(allOf)) return joined((allOf as Json[]).map(typeOf), ' and ')
  if (items) return html`array of ${typeOf(items as Json)}${limits(schema)}`
  if (properties) return html`object with ${schemaTable(schema)}`
  if (schema['type'] === 'object') {
    const values = additionalProperties as Json | undefined
    return values && Object.keys(values).length > 0 ? html`map from name to ${typeOf(values)}` : html`object`
  }
  return html`${nameOf(schema)}${limits(schema)}`
}

function nameOf({ type, format }: Json): string {
  if (type === undefined) return 'anything'
  const name = Array.isArray(type) ? type.join(' or ') : String(type)
  return typeof format === 'string' ? `${name} (${format})` : name
}

/** The limits that a reader can do something with: not those of the number's own kind. */
function limits(schema: Json): Markup {
  const told = [
    ['at least', schema['minimum'], ''],
    ['at least', schema['minLength'], ' characters'],
    ['at least', schema['minItems'], ' items'],
    ['more than', schema['exclusiveMinimum'], ''],
    ['at most', schema['maximum'], ''],
    ['at most', schema['maxLength'], ' characters'],
    ['at most', schema['maxItems'], ' items'],
    ['default', schema['default'], ''],
  ] as const
  return html`${told
    .filter(
      ([, value]) =>
        value !== undefined && value !== Number.MAX_SAFE_INTEGER && value !== Number.MIN_SAFE_INTEGER,
    )
    .map(([word, value, unit]) =>
      word === 'at least' && value === 1 && unit !== ''
        ? ', not empty'
        : `, ${word} ${JSON.stringify(value)}${unit}`,
    )}`
}

function literal(value: unknown): Markup {
  return html`<code>${JSON.stringify(value)}</code>`
}

function joined(parts: readonly Markup[], by: string): Markup {
  return html`${parts.map((part, index) => (index === 0 ? part : html`${by}${part}`))}`
}

function schemaLink(ref: string): Markup {
  const name = ref.split('/').at(-1) ?? ''
  return html`<a href="#schema-${name}">${name}</a>`
}
