import { fileURLToPath } from 'node:url'
import type { ConnectorRunner } from '../edges/connector-process/connector-runner.ts'
import {
  createConnectorProcesses,
  type ProcessOptions,
} from '../edges/connector-process/connector-processes.ts'

/** Keeps the snapshot for all tests of this clone; a new build makes a new one. */
export const snapshotFolder = fileURLToPath(
  new URL('../../../node_modules/.cache/bobbin-tests', import.meta.url),
)

/** Connector processes for tests, that may dial this machine. */
export const createTestProcesses = (options: Partial<ProcessOptions> = {}) =>
  createConnectorProcesses({
    dataDir: snapshotFolder,
    demoCrmUrl: null,
    connectorModules: [],
    allowPrivateNetworks: true,
    memoryLimit: 384 * 1024 ** 2,
    ...options,
  })

const shared = new Map<string, ConnectorRunner>()

/**
 * The connector processes of an app, from those that all apps of a test file with the same connectors share: these are
 * looked up once, and no process is made ready for each app. They end with the test's process.
 */
export function shareProcesses(options: ProcessOptions): ConnectorRunner {
  const { demoCrmUrl, connectorModules, allowPrivateNetworks, memoryLimit } = options
  const setup = { demoCrmUrl, connectorModules, allowPrivateNetworks, memoryLimit }
  const key = JSON.stringify(setup)
  const runner = shared.get(key) ?? createTestProcesses({ ...setup, warm: 1 })
  shared.set(key, runner)
  const closing = new AbortController()
  return {
    ...runner,
    run: (task, listener, signal) => runner.run(task, listener, AbortSignal.any([signal, closing.signal])),
    close() {
      closing.abort(new Error('The app of the test is closed.'))
      return Promise.resolve()
    },
  }
}
