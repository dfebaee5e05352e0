/**
 * A text in which `{name}` stands for a value, by its name or by where it lies, such as `{profile.name}`.
 */
export type Template = string

/** What lies at a path such as `team.id` or `data.0.id`; undefined where nothing does. */
export function valueAt(value: unknown, path: string): unknown {
  let at = value
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[name]
  }
  return at
}

/** The names and paths that stand for something in it. */
export function pathsIn(template: Template): string[] {
  return [...template.matchAll(placeholders)].map(([, path = '']) => path)
}

/** The text with its values; null where one of them is nowhere to be found, or empty. */
export function filled(template: Template, find: (path: string) => unknown): string | null {
  let isWhole = true
  const text = template.replaceAll(placeholders, (_match, path: string) => {
    const value = find(path)
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return String(value)
    isWhole = false
    return ''
  })
  return isWhole ? text : null
}

const placeholders = /\{([A-Za-z_][\w.-]*)\}/g
