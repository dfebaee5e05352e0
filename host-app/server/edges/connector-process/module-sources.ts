import { registerHooks, stripTypeScriptTypes } from 'node:module'

/** All that is handed on; what goes beyond it is stripped by each process for itself. */
const mostCharacters = 2_000_000

/**
 * Removes the types of all TypeScript that is imported from now on, and keeps what is left by URL. Node does
 * the same, but each process that has it do so pays with more time than all the rest of its start takes.
 */
export function keepSources(): Record<string, string> {
  const sources: Record<string, string> = {}
  let length = 0
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (loaded.format !== 'module-typescript') return loaded
      const source = stripTypeScriptTypes(String(loaded.source))
      length += source.length
      if (length <= mostCharacters) sources[url] = source
      return { format: 'module', source, shortCircuit: true }
    },
  })
  return sources
}

/** From now on these are what the files at these URLs hold. */
export function useSources(sources: Readonly<Record<string, string>>): void {
  const byUrl = new Map(Object.entries(sources))
  if (byUrl.size === 0) return
  registerHooks({
    load(url, context, nextLoad) {
      const source = byUrl.get(url)
      return source === undefined ? nextLoad(url, context) : { format: 'module', source, shortCircuit: true }
    },
  })
}
