import type { ConnectionOnly, ConnectionShell } from './catalog-types.ts'
import { AuthorizationStatus, ConnectionStatus } from './statuses.ts'

export { AuthorizationStatus, ConnectionStatus } from './statuses.ts'

/** What it takes: a connection, a connector without one, or nothing. */
export type StatusSubject =
  Pick<ConnectionOnly, 'enabled' | 'authorization'> | ConnectionShell | null | undefined

/**
 * As xkit's documents say it: of what is enabled only an active authorization is Connected, anything else an Error. (Its
 * client took one that still awaits its callback for Connected.)
 */
export function connectionStatus(connection: StatusSubject): ConnectionStatus {
  if (!connection?.enabled) return ConnectionStatus.NotInstalled
  return connection.authorization?.status === AuthorizationStatus.active
    ? ConnectionStatus.Connected
    : ConnectionStatus.Error
}
