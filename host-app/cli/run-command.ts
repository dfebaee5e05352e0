import process from 'node:process'
import { CommanderError, type Command } from 'commander'
import { ConnectorModuleError } from '../connectors/registry.ts'
import { AppError } from '../server/ground/app-error.ts'
import { ConfigError } from '../server/config.ts'
import { SealError } from '../server/nouns/credentials/credentials.ts'
import { OperatorError } from '../server/ground/operator-error.ts'
import { isBusy } from '../server/store/sqlite/sqlite-dialect.ts'

/** What was asked for cannot be done; the message says why, in a sentence for the operator. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}

const failed = 1
const wrongUsage = 2

/** Runs the command of `process.argv` and sets the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCommand(program: Command): Promise<void> {
  // `bobbin … | head` ends when the reader does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  for (const command of withDescendants(program)) command.exitOverride().showHelpAfterError(hintOf(command))
  try {
    await program.parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : wrongUsage
      return
    }
    // A sentence where there is one; the stack where it is our bug.
    console.error(sentenceOf(error) ?? error)
    process.exitCode = failed
  }
}

function sentenceOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if (isBusy(error)) {
    return 'The store is busy: another process holds its lock. Try again.'
  }
  const isSentence = [
    CommandFailed,
    ConfigError,
    AppError,
    SealError,
    ConnectorModuleError,
    OperatorError,
  ].some((kind) => error instanceof kind)
  return isSentence ? error.message : null
}

function withDescendants(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withDescendants)]
}

function hintOf(command: Command): string {
  const names: string[] = []
  for (let at: Command | null = command; at; at = at.parent) names.unshift(at.name())
  return `See ${names.join(' ')} --help.`
}
