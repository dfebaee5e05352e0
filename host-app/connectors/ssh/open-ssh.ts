import type { Client } from 'ssh2'
import { isolated } from '@bobbin/shared/isolated'
import { untilAborted } from '@bobbin/shared/until-aborted'
import { ConnectorError, type ConnectorContext } from '../connector.ts'
import { hostKeyKinds, readHostKeys } from './host-keys.ts'
import { readPrivateKey } from './private-key.ts'
import { SshLine } from './ssh-line.ts'
import type { SshSettings } from './ssh-settings.ts'

/** A signed-in connection to a server that has proven to be the one that is meant. */
export interface SshConnection {
  /** What broke it; null while it stands. */
  readonly fault: ConnectorError | null
  /**
   * Waits for what the work on the driver's connection comes to. Throws `ConnectorError` where the connection breaks or
   * the server falls silent, the signal's reason once that aborts, and what the work throws.
   */
  run<Result>(work: (client: Client) => Promise<Result>): Promise<Result>
  /** Never throws, and takes two seconds at most. */
  close(): Promise<void>
}

type SshContext = Pick<ConnectorContext, 'signal' | 'resolveAddresses' | 'report'>

/**
 * Dials one of the addresses that were checked, has the server prove who it is, and signs in. A server that is not known
 * by its key is sent nothing secret: the failure HostKeyUnverified says which key it shows, for the person to compare and
 * to enter. Throws `ConnectorError`, or the signal's reason.
 */
export async function openSsh(settings: SshSettings, context: SshContext): Promise<SshConnection> {
  const { signal, resolveAddresses, report } = context
  const { host, port, fields } = settings
  signal.throwIfAborted()
  report.phase('connecting')
  report.log(`Connecting to ${isolated(host)}, port ${port}, by SSH`)
  const key = await readPrivateKey(settings)
  const known = settings.hostKey === null ? null : readHostKeys(settings.hostKey)
  if (settings.hostKey !== null && !known) {
    const detail = 'What is given is neither a fingerprint (SHA256:…) nor a line of known_hosts.'
    throw new ConnectorError('SettingUnusable', { field: fields.hostKey, detail })
  }
  const addresses = await untilAborted(resolveAddresses(host), signal).catch((error: unknown) => {
    throw withField(error, fields.host)
  })
  const onTrusted = () => {
    report.phase('signing_in')
    report.log('The server has proven that it has the key by which it is known.')
  }

  let kinds = known?.kinds ?? hostKeyKinds
  let first: unknown
  for (;;) {
    const line = new SshLine({ settings, addresses, key, known, kinds, signal, onTrusted })
    try {
      await line.open()
      return line
    } catch (error) {
      await line.close()
      // A server has a key of each kind and shows the one that is asked for: another may be the one that is known.
      kinds = known ? kinds.filter((kind) => kind !== line.strangeKind) : []
      const isStrange = line.strangeKind !== null
      if (line.isTrusted || signal.aborted || (!isStrange && first === undefined)) throw error
      first ??= error
      if (kinds.length === 0 || !isStrange) throw first
    }
  }
}

function withField(error: unknown, field: string): unknown {
  if (!(error instanceof ConnectorError) || error.field !== null) return error
  return new ConnectorError(error.code, { field, detail: error.detail ?? undefined, cause: error.cause })
}
