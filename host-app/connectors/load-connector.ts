import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Connector } from './connector.ts'

/** A connector cannot be used; the message says which, and why, for the operator. */
export class ConnectorModuleError extends Error {
  override readonly name = 'ConnectorModuleError'
}

/** The connector that a module exports, or a JSON file describes. @throws {ConnectorModuleError} */
export async function loadConnector(path: string, load = importModule): Promise<Connector> {
  const file = resolve(path)
  if (!existsSync(file)) throw new ConnectorModuleError(`There is no connector at ${path}.`)
  if (file.endsWith('.json')) return tapAt(file)
  const module = await load(pathToFileURL(file).href)
  if (!hasConnector(module)) throw new ConnectorModuleError(`${path} does not export \`connector\`.`)
  return module.connector
}

/** What makes connectors of taps is loaded where there is one. */
async function tapAt(file: string): Promise<Connector> {
  const { tapConnector } = await import('./tap/connector.ts')
  const { parseTapFile, TapFileError } = await import('./tap/tap-file.ts')
  try {
    return tapConnector(parseTapFile(readFileSync(file, 'utf8'), dirname(file)))
  } catch (error) {
    if (!(error instanceof TapFileError)) throw error
    throw new ConnectorModuleError(`${file} cannot be used: ${error.message}.`, { cause: error })
  }
}

function hasConnector(module: unknown): module is { connector: Connector } {
  if (typeof module !== 'object' || module === null || !('connector' in module)) return false
  return typeof module.connector === 'object' && module.connector !== null && 'info' in module.connector
}

const importModule = (url: string): Promise<unknown> => import(url)
