import { AsyncLocalStorage } from 'node:async_hooks'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import type { Environment } from '../server/config.ts'

/** What a command is run in: where its settings come from, where it prints, and what stops it. */
export interface Shell {
  readonly env: Environment
  /** On standard output: what was asked for. */
  print(text: string): void
  /** On standard error: all else. */
  tell(text: string): void
  /** All of standard input, where a secret comes from: in an argument other users of the machine would see it. */
  readInput(): Promise<string>
  /** Whether a person reads what is printed. */
  readonly isTerminal: boolean
  /** Aborts when the command should end. */
  untilStopped(): AbortSignal
}

const processShell: Shell = {
  get env() {
    return process.env
  },
  print: (text) => void process.stdout.write(text),
  tell: (text) => void process.stderr.write(text),
  readInput: () => text(process.stdin),
  get isTerminal() {
    return process.stdout.isTTY
  },
  /** Aborts at Ctrl+C and at a polite kill; the same again ends the process at once. */
  untilStopped() {
    const stop = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
    return stop.signal
  },
}

const entered = new AsyncLocalStorage<Shell>()

/** The shell of the command that runs now: the process's, or one that a caller has of its own. */
export const shell = (): Shell => entered.getStore() ?? processShell

/** Does the work in a shell other than the process's. */
export const inShell = <Result>(own: Shell, work: () => Result): Result => entered.run(own, work)

/** A line on standard error. */
export const tellLine = (line: string): void => shell().tell(`${line}\n`)
