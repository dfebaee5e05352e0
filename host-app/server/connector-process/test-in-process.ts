import type { Registry } from '../../connectors/registry.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { callConnector } from './call-connector.ts'
import type { ConnectorRunner } from './connector-runner.ts'

/** For tests of what surrounds a task: connectors that are objects of this process, without a process. */
export function runInThisProcess(registry: Pick<Registry, 'find'>, outbound: Outbound): ConnectorRunner {
  return {
    warmUp() {},
    fault: () => null,
    close: () => Promise.resolve(),
    async run(task, listener, signal) {
      const connector = registry.find(task.type)
      if (!connector) throw new Error(`There is no connector ${task.type}.`)
      const aborted = Promise.withResolvers<never>()
      const abort = () => aborted.reject(signal.reason)
      signal.addEventListener('abort', abort)
      try {
        signal.throwIfAborted()
        const work = callConnector(connector, task, { ...outbound, signal }, listener)
        return await Promise.race([work, aborted.promise])
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
  }
}
