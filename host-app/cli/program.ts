import { Command } from 'commander'
import { accountsCommands } from './accounts.ts'
import { connectorsCommands } from './connectors.ts'
import { doctorCommand } from './doctor.ts'
import { eventsCommands } from './events.ts'
import { keysCommands } from './keys.ts'
import { oauthClientsCommands } from './oauth-clients.ts'
import { sourcesCommands } from './sources.ts'
import { startCommand } from './start.ts'
import { tokensCommands } from './tokens.ts'

/** Every command, by its group: the table of contents of the command line. */
export function createProgram(): Command {
  const program = new Command('bobbin')
    .description(
      'Runs and looks after a Bobbin host app. Takes its settings from the environment, as the server does.',
    )
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage.')

  program.addCommand(startCommand())
  program.addCommand(accountsCommands())
  program.addCommand(tokensCommands())
  program.addCommand(sourcesCommands())
  program.addCommand(connectorsCommands())
  program.addCommand(eventsCommands())
  program.addCommand(oauthClientsCommands())
  program.addCommand(keysCommands())
  program.addCommand(doctorCommand())

  return program
}
