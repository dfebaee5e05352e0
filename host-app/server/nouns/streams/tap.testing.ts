import type { Catalog } from '@bobbin/shared/catalog'

type Entry = Catalog['streams'][number]

/**
 * What a tap makes of a catalog, for tests: the rules of singer-python (`catalog.py`, `transform.py`), told
 * once more, by themselves. They know nothing of how we write catalogs.
 */
export function isReplicated({ schema, metadata }: Entry): boolean {
  // Legacy catalogs select in the schema itself, and that still counts.
  return schema['selected'] === true || valueAt(metadata, [], 'selected') === true
}

/** The fields of a record that reach the target, nested ones as `a.b`. */
export function replicatedFields({ schema, metadata }: Entry): string[] {
  return fieldsOf(schema, metadata, [], '')
}

function fieldsOf(
  schema: unknown,
  metadata: Entry['metadata'],
  parent: readonly string[],
  prefix: string,
): string[] {
  const properties = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {}
  return Object.entries(properties).flatMap(([name, inner]) => {
    const breadcrumb = [...parent, 'properties', name]
    const path = `${prefix}${name}`
    const inclusion = valueAt(metadata, breadcrumb, 'inclusion')
    // An automatic field stays as it came, with all that is in it.
    if (inclusion === 'automatic') return [path]
    if (inclusion === 'unsupported' || valueAt(metadata, breadcrumb, 'selected') === false) return []
    return [path, ...fieldsOf(inner, metadata, breadcrumb, `${path}.`)]
  })
}

/** The last of several entries with one breadcrumb counts, as in `metadata.to_map`. */
function valueAt(metadata: Entry['metadata'], breadcrumb: readonly string[], key: string): unknown {
  const place = JSON.stringify(breadcrumb)
  return metadata.findLast((entry) => JSON.stringify(entry.breadcrumb) === place)?.metadata[key]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
