import type { PublicCatalogConnector } from '@bobbin/shared/connector-catalog'
import { logoPath } from '@bobbin/shared/logo-path'
import type { ConnectorSummary } from '../../../connectors/connector-summary.ts'

/** Connectors as everybody may see them in the catalog. Each is made once: there may be thousands, in every list. */
export type ShownConnectors = (info: ConnectorSummary) => PublicCatalogConnector

export function createShownConnectors({ url }: { url: string }): ShownConnectors {
  const made = new WeakMap<ConnectorSummary, PublicCatalogConnector>()
  return (info) => {
    const shown = made.get(info) ?? shownConnector(info, url)
    made.set(info, shown)
    return shown
  }
}

function shownConnector(info: ConnectorSummary, url: string): PublicCatalogConnector {
  const { type, name, slug, category, keywords = [], description, stage, is_single: isSingle } = info
  return {
    type,
    name,
    slug,
    category,
    keywords,
    short_description: firstSentence(description),
    description,
    about: about(info),
    mark_url: url + logoPath(slug),
    supports_multiple_connections: isSingle !== true,
    stage,
  }
}

/** What it is, and what its provider will ask the person for. */
function about({ description, authorization }: ConnectorSummary): string {
  const reasons = authorization?.scopes.map(({ reason }) => reason) ?? []
  if (!authorization || reasons.length === 0) return description
  return `${description}\n\n${authorization.provider_name} asks you to allow:\n${reasons.join('\n')}`
}

const firstSentence = (text: string) => /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text
