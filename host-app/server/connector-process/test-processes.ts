import { fileURLToPath } from 'node:url'
import { createConnectorProcesses, type ProcessOptions } from './connector-processes.ts'

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
