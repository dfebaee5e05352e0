import { createRequire } from 'node:module'
import type { Connector } from './connector.ts'
import type { ConnectorSummary } from './connector-summary.ts'
import { ConnectorModuleError } from './load-connector.ts'

/** The build writes it, from this folder (`write-index.ts`). */
export const indexFile = '../dist/connectors/index.json'

/** One of the connectors that come with Bobbin: how lists show it, and where it lies. */
export interface IndexEntry {
  readonly summary: ConnectorSummary
  /** The module, from this folder, and the name by which it exports the connector. */
  readonly module: string
  readonly name: string
}

// Loads at once: whoever asks for a connector has a transaction open, and nothing to wait with.
const require = createRequire(import.meta.url)

/** @throws {ConnectorModuleError} where nothing is built */
export function readIndex(): readonly IndexEntry[] {
  try {
    return require(indexFile) as IndexEntry[]
  } catch (cause) {
    const isThere = !(cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND')
    if (isThere) throw cause
    throw new ConnectorModuleError('The connectors are not built: run npm run build.', { cause })
  }
}

export function loadOwn({ module, name }: IndexEntry): Connector {
  const connector = (require(module) as Readonly<Record<string, Connector>>)[name]
  if (!connector) throw new Error(`${module} does not export ${name}: build anew.`)
  return connector
}
