import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * What a whole run knew to be secret, and what the product said while it ran: its replies, events and
 * webhooks. `log-scan` looks for the one in the other, and in the logs, when all specs are through.
 */
const results = join(dirname(import.meta.dirname), 'test-results')
const folder = join(results, 'evidence')
const logs = join(results, 'logs')

/** Something that was said, and where. */
export interface Saying {
  readonly where: string
  readonly text: string
}

/** Shorter ones would be found in words. */
const shortestSecret = 8

export function clearEvidence(): void {
  for (const old of [folder, logs]) rmSync(old, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
}

/** This must be nowhere from now on. A token of several parts is as secret as each of them. */
export function noteSecret(kind: string, value: string | null | undefined): void {
  for (const part of value?.split('.') ?? []) {
    if (part.length >= shortestSecret) append('secrets', { kind, value: part })
  }
}

/** The secrets among the values of a JSON object or a form, by their names. */
export function noteSecretsOf(fields: unknown): void {
  if (typeof fields !== 'object' || fields === null) return
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string' && secretNames.test(name)) noteSecret(name, value)
  }
}

const secretNames = /(?:^|_)(?:token|secret|password|code|verifier|key)$/

export function noteSaying(where: string, text: string): void {
  append('sayings', { where, text })
}

export function readSecrets(): ReadonlyMap<string, string> {
  return new Map(read<{ kind: string; value: string }>('secrets').map(({ kind, value }) => [value, kind]))
}

export function readSayings(): Saying[] {
  return read<Saying>('sayings')
}

/** All that the servers printed. */
export function readServerLogs(): Saying[] {
  return readdirSync(logs).map((file) => ({ where: file, text: readFileSync(join(logs, file), 'utf8') }))
}

function append(kind: 'secrets' | 'sayings', line: object): void {
  appendFileSync(join(folder, `${kind}-${process.pid}.jsonl`), `${JSON.stringify(line)}\n`)
}

function read<Line>(kind: 'secrets' | 'sayings'): Line[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${kind}-`))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Line)
}
