import { walkOf } from '@bobbin/shared/steps'
import { Command } from 'commander'
import { checkEvent, type Check } from '@bobbin/shared/check'
import type { Source } from '@bobbin/shared/source'
import { AppError } from '../server/ground/app-error.ts'
import type { EventLog } from '../server/nouns/events/events.ts'
import { countArgument, idArgument } from './arguments.ts'
import { withCore } from './with-core.ts'
import { accountOfSource, listSources } from './operator-view.ts'
import { facts, jsonOption, print, table, textOf, timeText, type OutputOptions } from './output.ts'
import { pollEvents } from './poll-events.ts'
import { CommandFailed } from './run-command.ts'
import { shell, tellLine } from './shell.ts'

export function sourcesCommands(): Command {
  const sources = new Command('sources').description('what accounts have connected')
  const aboutOne = (name: string, description: string) =>
    sources
      .command(name)
      .description(description)
      .argument('<source>', 'its id', idArgument)
      .addOption(jsonOption())
  sources
    .command('list')
    .description('the sources that are not deleted, oldest first')
    .option('--account <id>', 'of this account only', idArgument)
    .option('--limit <count>', 'how many at most', countArgument, 1_000)
    .addOption(jsonOption())
    .action(list)
  aboutOne('show', 'one source, without its secrets').action(showSource)
  aboutOne('pause', 'stop reading from it').action((id: number, options: OutputOptions) =>
    setPause(id, new Date().toISOString(), options),
  )
  aboutOne('unpause', 'read from it again').action((id: number, options: OutputOptions) =>
    setPause(id, null, options),
  )
  aboutOne('check', 'check its settings, discover its streams, and wait for the end').action(check)
  return sources
}

async function list(options: OutputOptions & { account?: number; limit: number }): Promise<void> {
  await withCore(async ({ database, sources }) => {
    const rows = await listSources(database.read, { accountId: options.account, limit: options.limit })
    const data = await Promise.all(rows.map((row) => sources.view(row)))
    print(options, data, () =>
      table(
        ['id', 'account', 'type', 'name', 'state'],
        data.map((source) => [
          source.id,
          source.stitch_client_id,
          source.type,
          source.display_name,
          stateOf(source),
        ]),
      ),
    )
  })
}

async function showSource(id: number, options: OutputOptions): Promise<void> {
  await withCore(async (core) => {
    const row = await core.sources.find(await accountOfSource(core.database.read, id), id)
    if (!row) throw new AppError('SourceNotFound')
    const source = await core.sources.view(row)
    print(options, source, () =>
      facts({
        id: source.id,
        account: source.stitch_client_id,
        type: source.type,
        name: source.display_name,
        'external account': row.external_account,
        state: stateOf(source),
        check: source.check_job_name,
        created: timeText(row.created_at),
        updated: timeText(row.updated_at),
      }),
    )
  })
}

async function setPause(id: number, pausedAt: string | null, options: OutputOptions): Promise<void> {
  await withCore(async ({ database, sources }) => {
    const accountId = await accountOfSource(database.read, id)
    const source = await database.write(async (tx) => {
      const { row } = await sources.update(tx, accountId, id, { paused_at: pausedAt }, 'merge')
      return sources.view(row, tx)
    })
    print(options, source, () => [`The source ${id} is ${pausedAt === null ? 'not paused' : 'paused'}.`])
  })
}

/** Runs the check here, or watches the server that was quicker to take it. */
async function check(id: number, options: OutputOptions): Promise<void> {
  await withCore(async (core) => {
    const accountId = await accountOfSource(core.database.read, id)
    const { type } = await core.sources.get(accountId, id)
    const info = core.registry.find(type)?.info
    if (!info || !walkOf(info).includes('discover_schema')) {
      throw new CommandFailed(`There is nothing to check in a source of the type ${type}.`)
    }
    const stopped = shell().untilStopped()
    core.checkRunner.start()
    try {
      const name = await core.database.write((tx) => core.checks.start(tx, accountId, id))
      const ended = await watchCheck(core.events, name, stopped)
      print(options, ended, () => [`${ended.stream_count} streams found.`])
      if (ended.failure) {
        const { code, message, field, detail } = ended.failure
        const where = field === null ? '' : ` (${field})`
        throw new CommandFailed(textOf(`${code}${where}: ${detail ?? message}`))
      }
    } finally {
      await core.checkRunner.stop()
    }
  })
}

/** Tells the progress on standard error, and returns the check as it ended. */
async function watchCheck(events: Pick<EventLog, 'read'>, name: string, signal: AbortSignal): Promise<Check> {
  for await (const { type, data } of pollEvents(events, `check:${name}`, 0, signal)) {
    const event = checkEvent.parse({ type, data })
    if (event.type === 'finished') return event.data
    if (event.type === 'phase') tellLine(event.data.phase.replaceAll('_', ' '))
    if (event.type === 'streams') tellLine(`${event.data.count} streams so far`)
    if (event.type === 'log') tellLine(`  ${textOf(event.data.line)}`)
  }
  throw new CommandFailed('Stopped before the check ended; a server goes on with it.')
}

function stateOf(source: Source): string {
  if (source.deleted_at !== null) return 'deleted'
  if (source.paused_at !== null || source.system_paused_at !== null) return 'paused'
  const step = source.report_card.current_step_type
  return step === 'fully_configured' ? 'ready' : `needs ${step}`
}
