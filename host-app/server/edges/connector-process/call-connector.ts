import { checkErrorCodes } from '@bobbin/shared/errors'
import type { Connector, ConnectorContext, ConnectorError } from '../../../connectors/connector.ts'
import { describeUnknown } from '../../ground/describe-unknown.ts'
import type { TaskListener, TaskResult } from './connector-runner.ts'
import type { ConnectorTask } from './messages.ts'

/** The ways out that a connector is given, and when to stop. */
export type Means = Pick<ConnectorContext, 'fetch' | 'resolveHost' | 'resolveAddresses' | 'signal'>

/** Calls the functions of a connector that the task needs, one after the other. Throws what they throw. */
export async function callConnector(
  connector: Connector,
  { calls, settings, accessToken }: ConnectorTask,
  means: Means,
  listener: TaskListener,
): Promise<TaskResult> {
  const report = {
    phase: (phase: Parameters<TaskListener['phase']>[0]) => listener.phase(phase),
    log: (line: string) => listener.log(line),
  }
  const context: ConnectorContext = { settings, accessToken, ...means, report }
  if (calls === 'identify') {
    return { externalAccount: (await connector.identify?.(context)) ?? null, discovered: false }
  }

  await connector.check?.(context)
  const externalAccount = await identify(connector, context, listener)
  if (!connector.discover) return { externalAccount, discovered: false }
  listener.phase('reading_schema')
  for await (const stream of connector.discover(context)) {
    context.signal.throwIfAborted()
    await listener.stream(stream)
  }
  return { externalAccount, discovered: true }
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
