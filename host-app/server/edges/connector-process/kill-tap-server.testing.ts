import process from 'node:process'
import { fixtureSecrets } from '../../../connectors/tap/fixture-file.testing.ts'
import { createTestProcesses } from '../../testing/processes.testing.ts'

/** A process as a server's, with a tap that hangs; prints a line when that has begun. The test kills it. */
const [, , dataDir = '', file = ''] = process.argv
const runner = createTestProcesses({ dataDir, connectorModules: [file] })
const settings = { act: 'forks and hangs', ...fixtureSecrets }
await runner.run(
  { type: 'tap.fixture', calls: 'check', settings, grant: null },
  { phase() {}, log: (line) => void process.stdout.write(`${line}\n`), stream: async () => {}, unnamed() {} },
  AbortSignal.timeout(60_000),
)
