import { Command } from 'commander'

export function startCommand(): Command {
  return new Command('start').description('run the server').action(async () => {
    // Loaded here: the other commands need neither HTTP nor the wizard's build.
    const { runServer } = await import('../server/run-server.ts')
    await runServer()
  })
}
