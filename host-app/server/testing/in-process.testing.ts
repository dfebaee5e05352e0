import { untilAborted } from '@bobbin/shared/until-aborted'
import type { Registry } from '../../connectors/registry.ts'
import type { Outbound } from '../edges/outbound/outbound.ts'
import { callConnector } from '../edges/connector-process/call-connector.ts'
import type { ConnectorRunner } from '../edges/connector-process/connector-runner.ts'

/** For tests of what surrounds a task: connectors that are objects of this process, without a process. */
export function runInThisProcess(registry: Pick<Registry, 'find'>, outbound: Outbound): ConnectorRunner {
  return {
    warmUp() {},
    fault: () => null,
    close: () => Promise.resolve(),
    async run(task, listener, signal) {
      const connector = registry.find(task.type)
      if (!connector) throw new Error(`There is no connector ${task.type}.`)
      signal.throwIfAborted()
      return untilAborted(callConnector(connector, task, { ...outbound, signal }, listener), signal)
    },
  }
}
