import { withAuthMethods } from './auth-methods.ts'
import { withBindings } from './bindings.ts'
import type { Connector } from './connector.ts'
import { loadOwn, readIndex } from './connector-index.ts'
import { connectorFaults } from './connector-rules.ts'
import { summaryOf, type ConnectorSummary } from './connector-summary.ts'
import { withHostProperties } from './host-properties.ts'
import { ConnectorModuleError, loadConnector } from './load-connector.ts'

/** The connectors that this host offers, by type and by slug. */
export interface Registry {
  /** In the order in which people see them. None is loaded for it. */
  list(): readonly ConnectorSummary[]
  /** Loaded by the first who asks for it, and kept. */
  find(type: string): Connector | null
  findBySlug(slug: string): Connector | null
}

export interface RegistryConfig {
  /** Origin of the demo CRM; null: the demo connector is not offered. */
  readonly demoCrmUrl: string | null
  /** Paths of modules that each export `connector`, and of JSON files that each describe a tap. */
  readonly connectorModules: readonly string[]
}

/** One that is offered, loaded or not. */
interface Offer {
  readonly summary: ConnectorSummary
  readonly load: () => Connector
}

/**
 * What is offered: our own by the build's index, the operator's loaded beside it. Throws at once, with every fault, when one
 * of the operator's breaks the rules; ours keep them by their tests.
 */
export async function createRegistry({ demoCrmUrl, connectorModules }: RegistryConfig): Promise<Registry> {
  const own = readIndex().map((entry) => ({
    summary: entry.summary,
    load: () => completed(loadOwn(entry)),
  }))
  const loaded: Connector[] = []
  if (demoCrmUrl !== null) {
    const { createDemoCrm } = await import('./demo-crm/connector.ts')
    loaded.push(createDemoCrm(demoCrmUrl))
  }
  for (const path of connectorModules) loaded.push(await loadConnector(path))
  return registryFrom(own, loaded)
}

/** The registry of these connectors. Throws when one breaks the rules, or a type or slug is there twice. */
export function registryOf(connectors: readonly Connector[]): Registry {
  return registryFrom([], connectors)
}

function registryFrom(own: readonly Offer[], loaded: readonly Connector[]): Registry {
  const byType = new Map(own.map((offer) => [offer.summary.type, offer]))
  const bySlug = new Map(own.map((offer) => [offer.summary.slug, offer]))
  for (const connector of loaded) {
    const { type, slug } = connector.info
    const faults = connectorFaults(connector)
    if (byType.has(type)) faults.push('its type is taken')
    if (bySlug.has(slug)) faults.push('its slug is taken')
    if (faults.length > 0) {
      throw new ConnectorModuleError(`The connector ${type} cannot be used: ${faults.join('; ')}.`)
    }
    const offered = completed(connector)
    const offer = { summary: summaryOf(offered.info), load: () => offered }
    byType.set(type, offer)
    bySlug.set(slug, offer)
  }
  const { compare } = new Intl.Collator('en')
  const sorted = [...byType.values()]
    .map(({ summary }) => summary)
    .toSorted((a, b) => compare(a.name, b.name))
  const inUse = new Map<Offer, Connector>()
  const use = (offer: Offer | undefined): Connector | null => {
    if (!offer) return null
    const connector = inUse.get(offer) ?? offer.load()
    inUse.set(offer, connector)
    return connector
  }
  return {
    list: () => sorted,
    find: (type) => use(byType.get(type)),
    findBySlug: (slug) => use(bySlug.get(slug)),
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
