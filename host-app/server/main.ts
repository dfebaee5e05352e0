import process from 'node:process'
import { ConnectorModuleError } from '../connectors/load-connector.ts'
import { ConfigError } from './config.ts'
import { runServer } from './run-server.ts'
import { OperatorError } from './ground/operator-error.ts'

try {
  await runServer()
} catch (error) {
  // The operator reads this one: a sentence where there is one, the stack where it is our bug.
  const isSentence = [ConfigError, ConnectorModuleError, OperatorError].some((kind) => error instanceof kind)
  console.error(isSentence && error instanceof Error ? error.message : error)
  process.exitCode = 1
}
