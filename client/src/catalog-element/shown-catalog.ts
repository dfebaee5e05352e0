import type {
  Catalog,
  CatalogEvents,
  ConnectionOnly,
  Connector,
  TokenCallback,
} from '../catalog/catalog-types.ts'

/** What the element needs of a `Catalog`: whoever has these functions can be shown. */
export type ShownCatalog = Pick<
  Catalog,
  'login' | 'listConnectors' | 'getConnector' | 'connect' | 'reconnect' | 'removeConnection' | 'on' | 'off'
>

export type GivenToken = string | TokenCallback

export const catalogEvents = [
  'connection:enable',
  'connection:remove',
  'config:update',
] as const satisfies readonly (keyof CatalogEvents)[]

/** As much as must be there; a later host may leave out what is not needed. */
export type ShownConnector = Pick<Connector, 'slug' | 'name'> & Partial<Connector>
export type ShownConnection = Pick<ConnectionOnly, 'id' | 'enabled'> & Partial<ConnectionOnly>

/** Those that there are: one that was removed is told with `enabled: false`. */
export function connectionsOf({ connections, connection }: ShownConnector): readonly ShownConnection[] {
  return (connections ?? (connection ? [connection] : [])).filter(({ enabled }) => enabled)
}
