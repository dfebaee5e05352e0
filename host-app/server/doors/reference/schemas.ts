import { z } from 'zod'
import { schemaNames } from './schema-names.ts'

/** A JSON Schema (draft 2020-12), or any other part of the document: plain JSON. */
export type Json = Readonly<Record<string, unknown>>

/** Writes schemas as JSON Schema and gathers those that have a name of their own. */
export interface SchemaWriter {
  /** What a caller sends: defaults may be left out. */
  input(schema: z.ZodType): Json
  /** What a caller gets. */
  output(schema: z.ZodType): Json
  /** Every named schema that was met so far, by name. */
  components(): Json
}

type Direction = 'input' | 'output'

const registry = z.registry<{ id: string }>()
for (const [id, schema] of Object.entries(schemaNames)) registry.add(schema, { id })

/**
 * A schema that cannot be written as JSON Schema throws: what the API takes and gives must be documented.
 * One that is another when it is sent (a `default`) than when it is answered has two names.
 */
export function createSchemaWriter(): SchemaWriter {
  const twofold = findTwofold()
  const found = new Map<string, unknown>()

  function write(schema: z.ZodType, direction: Direction): Json {
    const { $defs = {}, ...root } = z.toJSONSchema(schema, { ...options(direction), metadata: registry })
    delete root.$schema
    const rename = (name: string) => (direction === 'input' && twofold.has(name) ? `${name}Input` : name)
    for (const [name, definition] of Object.entries($defs)) {
      delete definition.id
      found.set(rename(name), pointToComponents(definition, rename))
    }
    return pointToComponents(root, rename) as Json
  }

  return {
    input: (schema) => write(schema, 'input'),
    output: (schema) => write(schema, 'output'),
    components: () => Object.fromEntries([...found].toSorted(([one], [other]) => one.localeCompare(other))),
  }
}

function options(direction: Direction) {
  return {
    target: 'draft-2020-12',
    io: direction,
    override: ({
      jsonSchema,
      zodSchema,
    }: {
      jsonSchema: z.core.JSONSchema.BaseSchema
      zodSchema: z.core.$ZodTypes
    }) => {
      // What `describe` said: names have a registry of their own, which knows nothing of it.
      const { description } = z.globalRegistry.get(zodSchema) ?? {}
      if (description !== undefined) jsonSchema.description = description
      // A reply may get more fields in a later version; who reads it must not mind.
      if (direction === 'output' && isPlainObject(zodSchema)) delete jsonSchema.additionalProperties
      // What every integer of JavaScript keeps to says nothing to a reader.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
    },
  } as const
}

/** The names of schemas that differ by direction, themselves or in something that they are made of. */
function findTwofold(): ReadonlySet<string> {
  const forms = (direction: Direction) =>
    z.toJSONSchema(registry, { ...options(direction), unrepresentable: 'any', uri: (id) => `#/$defs/${id}` })
      .schemas
  const [sent, answered] = [forms('input'), forms('output')]
  const found = new Set<string>()
  for (let before = -1; before < found.size;) {
    before = found.size
    for (const [name, form] of Object.entries(sent)) {
      const text = JSON.stringify(form)
      const isMadeOf = [...found].some((part) => text.includes(`"#/$defs/${part}"`))
      if (isMadeOf || text !== JSON.stringify(answered[name])) found.add(name)
    }
  }
  return found
}

function isPlainObject(schema: z.core.$ZodTypes): boolean {
  return schema._zod.def.type === 'object' && schema._zod.def.catchall === undefined
}

/** The same part of a document, with references to `$defs` turned to where the document keeps them. */
function pointToComponents(part: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(part)) return part.map((item) => pointToComponents(item, rename))
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => {
      const name =
        key === '$ref' && typeof value === 'string' ? /^#\/\$defs\/(.+)$/.exec(value)?.[1] : undefined
      if (name === undefined) return [key, pointToComponents(value, rename)]
      return [key, `#/components/schemas/${rename(name)}`]
    }),
  )
}
