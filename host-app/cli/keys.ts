import { randomBytes } from 'node:crypto'
import { Command, InvalidArgumentError } from 'commander'
import type { Config } from '../server/config.ts'
import {
  type KeyUsage,
  type RotationResult,
  countKeyUsage,
  rotateKeys,
} from '../server/nouns/credentials/credentials.ts'
import { sealedColumns } from '../server/sealed-columns.ts'
import { withCore } from './with-core.ts'
import { jsonOption, print, printLines, table, type OutputOptions } from './output.ts'
import { CommandFailed } from './run-command.ts'
import { shell, tellLine } from './shell.ts'

export function keysCommands(): Command {
  const keys = new Command('keys').description('the encryption keys and what is sealed with them')
  keys
    .command('list')
    .description('the keys, and how many rows stand under each')
    .addOption(jsonOption())
    .action(listKeys)
  keys
    .command('generate')
    .description('make a new key; it is shown this once')
    .option('--id <id>', 'its name, which is written into all that it seals', keyIdArgument)
    .addOption(jsonOption())
    .action(generateKey)
  keys
    .command('rotate')
    .description('seal anew, with the first key, what stands under another one; servers may run meanwhile')
    .addOption(jsonOption())
    .action(rotate)
  return keys
}

function keyIdArgument(text: string): string {
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(text)) {
    throw new InvalidArgumentError('An id is 1 to 64 letters, digits, or one of _ . -')
  }
  return text
}

async function listKeys(options: OutputOptions): Promise<void> {
  await withCore(async ({ config, database, now }) => {
    const listed = describeKeys(config, await countKeyUsage(database.read, sealedColumns, now()))
    print(options, listed, () =>
      table(
        ['id', 'role', 'rows'],
        listed.map(({ id, role, rows }) => [id ?? '(damaged)', role, rows]),
      ),
    )
  })
}

/** The configured keys in their order, then those that only rows know of. */
function describeKeys({ encryptionKeys }: Config, usage: readonly KeyUsage[]) {
  const configured = encryptionKeys.map(({ id }, index) => {
    const { rows = 0, columns = {} } = usage.find(({ keyId }) => keyId === id) ?? {}
    return { id, role: index === 0 ? 'seals' : 'opens', rows, columns }
  })
  const unknown = usage
    .filter(({ keyId }) => !encryptionKeys.some(({ id }) => id === keyId))
    .map(({ keyId, rows, columns }) => ({ id: keyId, role: 'missing', rows, columns }))
  return [...configured, ...unknown]
}

async function generateKey(options: OutputOptions & { id?: string }): Promise<void> {
  const day = new Date().toISOString().slice(0, 10)
  const id = options.id ?? `${day}-${randomBytes(2).toString('hex')}`
  const key = `${id}:${randomBytes(32).toString('base64')}`
  print(options, { id, key }, () => [key])
  if (!options.json && shell().isTerminal) {
    tellLine(
      'Put it first in BOBBIN_ENCRYPTION_KEYS, keep it apart from the backups, and restart the servers.',
    )
  }
}

async function rotate(options: OutputOptions): Promise<void> {
  await withCore(async ({ database, keyRing, now }) => {
    const result = await rotateKeys({
      database,
      keyRing,
      columns: sealedColumns,
      now,
      signal: shell().untilStopped(),
      onProgress: tellProgress(),
    })
    print(options, { key: keyRing.sealingKeyId, ...result }, () => [
      `${result.resealed} rows sealed anew with the key ${keyRing.sealingKeyId}.`,
    ])
    requireWhole(result, options)
  })
}

/** A line on standard error now and then: a rotation may take long. */
function tellProgress() {
  const interval = 1_000
  let told = performance.now()
  return ({ column, resealed }: { column: string; resealed: number }) => {
    if (performance.now() - told < interval) return
    told = performance.now()
    tellLine(`${column}: ${resealed} rows so far`)
  }
}

function requireWhole({ unopened, unopenedCount, isComplete }: RotationResult, options: OutputOptions) {
  if (unopenedCount > 0) {
    if (!options.json) {
      printLines(
        table(
          ['column', 'key', 'why it does not open'],
          unopened.map(({ column, keyId, reason }) => [column, keyId, reason.replaceAll('_', ' ')]),
        ),
      )
    }
    throw new CommandFailed(`${unopenedCount} rows do not open; they stay as they are.`)
  }
  if (!isComplete) {
    throw new CommandFailed(
      'There may be rows left: the rotation was stopped, or a server still seals with another key. Run it again.',
    )
  }
}
