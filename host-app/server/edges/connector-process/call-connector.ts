import { checkErrorCodes } from '@bobbin/shared/errors'
import { type Connector, type ConnectorContext, ConnectorError } from '../../../connectors/connector.ts'
import { isVendorHost } from '../../../connectors/vendor-hosts.ts'
import { describeUnknown } from '../../ground/describe-unknown.ts'
import { collectOptions } from './collect-options.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { TaskListener, TaskResult } from './connector-runner.ts'
import type { ConnectorTask } from './messages.ts'

/** The ways out of which a connector is given its own, where it may write, and when to stop. */
export type Means = Outbound & Pick<ConnectorContext, 'signal' | 'folder'>

/** Calls the functions of a connector that the task needs, one after the other. Throws what they throw. */
export async function callConnector(
  connector: Connector,
  { calls, settings, grant, question }: ConnectorTask,
  means: Means,
  listener: TaskListener,
): Promise<TaskResult> {
  const report = {
    phase: (phase: Parameters<TaskListener['phase']>[0]) => listener.phase(phase),
    log: (line: string) => listener.log(line),
  }
  const context: ConnectorContext = {
    settings,
    grant,
    ...waysOut(connector, means),
    signal: means.signal,
    folder: means.folder,
    keep: (config) => void listener.config?.(config),
    report,
  }
  if (calls === 'identify') {
    return { ...nothing, externalAccount: (await connector.identify?.(context)) ?? null }
  }
  if (calls === 'beforeDisconnect') {
    await connector.beforeDisconnect?.(context)
    return nothing
  }
  if (calls === 'afterExchange') {
    return { ...nothing, lookedUp: (await connector.afterExchange?.(context)) ?? {} }
  }
  if (calls === 'options') {
    return { ...nothing, options: question ? await collectOptions(connector, context, question) : null }
  }

  await connector.check?.(context)
  const externalAccount = await identify(connector, context, listener)
  if (!connector.discover) return { ...nothing, externalAccount }
  listener.phase('reading_schema')
  for await (const stream of connector.discover(context)) {
    context.signal.throwIfAborted()
    await listener.stream(stream)
  }
  return { ...nothing, externalAccount, discovered: true }
}

const nothing: TaskResult = { externalAccount: null, discovered: false, options: null, lookedUp: null }

/** Those of the connector's vendor, where it says which. */
function waysOut(
  { hosts }: Connector,
  { fetch, fetchWithin, resolveHost, resolveAddresses }: Outbound,
): Pick<ConnectorContext, 'fetch' | 'resolveHost' | 'resolveAddresses'> {
  if (!hosts) return { fetch, resolveHost, resolveAddresses }
  const heed = (host: string) => {
    if (!isVendorHost(host.toLowerCase(), hosts)) throw new ConnectorError('AddressNotAllowed')
    return host
  }
  return {
    fetch: fetchWithin(hosts),
    resolveHost: async (host) => resolveHost(heed(host)),
    resolveAddresses: async (host) => resolveAddresses(heed(host)),
  }
}

/** A name for people is welcome and never worth a failure. */
async function identify(
  connector: Connector,
  context: ConnectorContext,
  listener: TaskListener,
): Promise<string | null> {
  try {
    return (await connector.identify?.(context))?.slice(0, 200) ?? null
  } catch (error) {
    context.signal.throwIfAborted()
    if (!isConnectorError(error)) listener.unnamed(describeUnknown(error))
    return null
  }
}

/** Whether a connector told why. By name and code, because an operator's module may carry its own class. */
export function isConnectorError(error: unknown): error is ConnectorError {
  return (
    error instanceof Error &&
    error.name === 'ConnectorError' &&
    'code' in error &&
    checkErrorCodes.some((code) => code === error.code)
  )
}
