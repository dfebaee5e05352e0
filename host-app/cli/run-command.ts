import { inspect } from 'node:util'
import { CommanderError, type Command } from 'commander'
import { ConnectorModuleError } from '../connectors/load-connector.ts'
import { AppError } from '../server/ground/app-error.ts'
import { ConfigError } from '../server/config.ts'
import { SealError } from '../server/nouns/credentials/credentials.ts'
import { OperatorError } from '../server/ground/operator-error.ts'
import { isBusy } from '../server/store/sqlite/sqlite-dialect.ts'
import { shell, tellLine } from './shell.ts'

/** What was asked for cannot be done; the message says why, in a sentence for the operator. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}

/** The command failed, and has printed why. */
export class AlreadyTold extends Error {
  override readonly name = 'AlreadyTold'
}

const done = 0
const failed = 1
const wrongUsage = 2

/** Runs the command of these arguments. Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCommand(program: Command, args: readonly string[]): Promise<number> {
  const { print, tell } = shell()
  for (const command of withDescendants(program)) {
    command
      .exitOverride()
      .showHelpAfterError(hintOf(command))
      .configureOutput({ writeOut: print, writeErr: tell })
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return done
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? done : wrongUsage
    // A sentence where there is one; the stack where it is our bug.
    if (!(error instanceof AlreadyTold)) tellLine(sentenceOf(error) ?? inspect(error))
    return failed
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
