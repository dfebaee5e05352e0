import { Command } from 'commander'
import type { LoggedEvent } from '../server/nouns/events/events.ts'
import { countArgument, idArgument } from './arguments.ts'
import { shell } from './shell.ts'
import { withCore } from './with-core.ts'
import { findAccount } from './operator-view.ts'
import { printJsonLine, printLines, textOf, timestamp, type OutputOptions } from './output.ts'
import { pollEvents } from './poll-events.ts'

export function eventsCommands(): Command {
  const events = new Command('events').description('what happens in an account')
  events
    .command('tail')
    .description('print the newest events of an account, then what comes, until it is stopped')
    .requiredOption('--account <id>', 'whose events', idArgument)
    .option('--after <seq>', 'begin behind this event', countArgument)
    .option('--lines <count>', 'how many of the past to begin with', countArgument, 10)
    .option('--no-follow', 'end with the newest event')
    .option('--json', 'print one line of JSON for each event')
    .action(tail)
  return events
}

interface TailOptions extends OutputOptions {
  account: number
  after?: number
  lines: number
  follow: boolean
}

async function tail(options: TailOptions): Promise<void> {
  await withCore(async ({ database, events }) => {
    await findAccount(database.read, options.account)
    const topic = `account:${options.account}`
    const newest = await events.last(topic)
    const stopped = shell().untilStopped()
    let seen = options.after ?? Math.max(0, newest - options.lines)
    if (!options.follow && seen >= newest) return
    for await (const event of pollEvents(events, topic, seen, stopped)) {
      tell(event, options)
      seen = event.seq
      if (!options.follow && seen >= newest) return
    }
  })
}

function tell({ seq, at, type, data }: LoggedEvent, { json }: TailOptions): void {
  if (json) printJsonLine({ seq, at: timestamp(at), type, data })
  else printLines([`${seq}  ${timestamp(at)}  ${type}  ${textOf(JSON.stringify(data))}`])
}
