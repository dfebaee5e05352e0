import process from 'node:process'
import { ConnectorModuleError } from '../connectors/registry.ts'
import { ConfigError } from './config.ts'
import { runServer } from './run-server.ts'

try {
  await runServer()
} catch (error) {
  // The operator reads this one: a sentence where there is one, the stack where it is our bug.
  const isSentence = error instanceof ConfigError || error instanceof ConnectorModuleError
  console.error(isSentence ? error.message : error)
  process.exitCode = 1
}
