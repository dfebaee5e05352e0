import { untilAborted } from '@bobbin/shared/until-aborted'
import { ConnectorError, type ConnectorContext, type HostAddress } from '../connector.ts'

/** Those of the host that may be dialled. Throws `ConnectorError` with the field `host`, or the signal's reason. */
export async function checkedAddresses(
  host: string,
  { signal, resolveAddresses }: Pick<ConnectorContext, 'signal' | 'resolveAddresses'>,
): Promise<HostAddress[]> {
  return untilAborted(resolveAddresses(host), signal).catch((error: unknown) => {
    if (!(error instanceof ConnectorError) || error.field !== null) throw error
    throw new ConnectorError(error.code, {
      field: 'host',
      detail: error.detail ?? undefined,
      cause: error.cause,
    })
  })
}
