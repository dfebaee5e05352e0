import type { ConnectorInfo } from '@bobbin/shared/connector-info'

const named = [
  ...(['type', 'slug', 'name', 'category', 'keywords', 'stage', 'description'] as const),
  ...(['auth_methods', 'steps', 'authorization', 'is_single'] as const),
]

/** What lists of connectors show and are searched by: the info without the settings and the logo, which are most of it. */
export type ConnectorSummary = Pick<ConnectorInfo, (typeof named)[number]>

export function summaryOf(info: ConnectorInfo): ConnectorSummary {
  return Object.fromEntries(
    named.filter((name) => info[name] !== undefined).map((name) => [name, info[name]]),
  ) as ConnectorSummary
}
