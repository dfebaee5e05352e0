import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withAuthMethods } from './auth-methods.ts'
import { withBindings } from './bindings.ts'
import type { Connector } from './connector.ts'
import { connectorFaults } from './connector-rules.ts'
import { createDemoCrm } from './demo-crm/connector.ts'
import { freshdesk } from './freshdesk/connector.ts'
import { harvest } from './harvest/connector.ts'
import { hpMariadb, hpMysql } from './hp-mysql/connector.ts'
import { hpPostgres } from './hp-postgres/connector.ts'
import { importApi } from './import-api/connector.ts'
import { sftp } from './sftp/connector.ts'
import { shopify } from './shopify/connector.ts'
import { stripe } from './stripe/connector.ts'
import { tapConnector } from './tap/connector.ts'
import { parseTapFile, TapFileError } from './tap/tap-file.ts'
import { withHostProperties } from './host-properties.ts'
import { xero } from './xero/connector.ts'
import { zendesk } from './zendesk/connector.ts'

/** The connectors that this host offers, by type and by slug. */
export interface Registry {
  /** In the order in which people see them. */
  list(): readonly Connector[]
  find(type: string): Connector | null
  findBySlug(slug: string): Connector | null
}

export interface RegistryConfig {
  /** Origin of the demo CRM; null: the demo connector is not offered. */
  readonly demoCrmUrl: string | null
  /** Paths of modules that each export `connector`, and of JSON files that each describe a tap. */
  readonly connectorModules: readonly string[]
}

/** A connector cannot be used; the message says which, and why, for the operator. */
export class ConnectorModuleError extends Error {
  override readonly name = 'ConnectorModuleError'
}

/** Loads the operator's connectors beside ours. Throws at once, with every fault, when one breaks the rules. */
export async function createRegistry(config: RegistryConfig): Promise<Registry> {
  const connectors = ownConnectors(config)
  for (const path of config.connectorModules) connectors.push(await loadConnector(path))
  return registryOf(connectors)
}

/** Those that come with Bobbin. */
export function ownConnectors({ demoCrmUrl }: Pick<RegistryConfig, 'demoCrmUrl'>): Connector[] {
  const databases = [hpPostgres, hpMysql, hpMariadb]
  const services = [freshdesk, harvest, shopify, stripe, xero, zendesk]
  return [...databases, sftp, importApi, ...services, ...(demoCrmUrl ? [createDemoCrm(demoCrmUrl)] : [])]
}

/** The registry of these connectors. Throws when a type or slug is there twice. */
export function registryOf(connectors: readonly Connector[]): Registry {
  const byType = new Map<string, Connector>()
  const bySlug = new Map<string, Connector>()
  for (const connector of connectors) {
    const { type, slug } = connector.info
    const faults = connectorFaults(connector)
    if (byType.has(type)) faults.push('its type is taken')
    if (bySlug.has(slug)) faults.push('its slug is taken')
    if (faults.length > 0) {
      throw new ConnectorModuleError(`The connector ${type} cannot be used: ${faults.join('; ')}.`)
    }
    const offered = completed(connector)
    byType.set(type, offered)
    bySlug.set(slug, offered)
  }
  const sorted = [...byType.values()].toSorted((a, b) => a.info.name.localeCompare(b.info.name, 'en'))
  return {
    list: () => sorted,
    find: (type) => byType.get(type) ?? null,
    findBySlug: (slug) => bySlug.get(slug) ?? null,
  }
}

/** The connector with what is added to its info: what binds its secrets, the choice of a method, and the host's own settings. */
function completed(connector: Connector): Connector {
  const isChecked = connector.check !== undefined && !connector.info.steps.includes('discover_schema')
  const base = isChecked ? { ...connector.info, is_checked: true } : connector.info
  const info = withHostProperties(withAuthMethods(withBindings(base)))
  // Not a copy: the methods of a class would be lost.
  return Object.create(connector, { info: { value: info, enumerable: true } }) as Connector
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

function tapAt(file: string): Connector {
  try {
    return tapConnector(parseTapFile(readFileSync(file, 'utf8')))
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
