import { readLines } from './message-lines.ts'
import { childMessage, mostBytesPerMessage, type ChildSetup, type FoundModules } from './messages.ts'
import { makeSnapshot } from './snapshot.ts'
import { childSpawner, type ChildOptions, type SpawnChild } from './spawn-child.ts'

export interface ChildMaker {
  readonly spawn: SpawnChild
  /** Whether connectors of this type start programs. */
  startsPrograms(type: string): boolean
}

/**
 * Does once what all connector processes would have to do: loads Bobbin's own code into a snapshot in the folder, and
 * finds the operator's connectors, in a process that never sees a byte of a stranger. Resolves with how to start them.
 */
export async function prepareChildren(
  setup: ChildSetup,
  {
    folder,
    built,
    ...limits
  }: Omit<ChildOptions, 'setup' | 'snapshot'> & { folder: string; built?: string | undefined },
  signal: AbortSignal,
): Promise<ChildMaker> {
  const options = { setup, snapshot: await makeSnapshot(folder, signal, built), ...limits }
  const found = await findModules(options, signal)
  const programs = new Set(found.programs)
  return { spawn: childSpawner(options, found), startsPrograms: (type) => programs.has(type) }
}

async function findModules(options: ChildOptions, signal: AbortSignal): Promise<FoundModules> {
  if (options.setup.connectorModules.length === 0) return { paths: {}, sources: {}, programs: [] }
  signal.throwIfAborted()
  const finder = childSpawner(options, null)()
  signal.addEventListener('abort', finder.kill)
  try {
    for await (const line of readLines(finder.channel, mostBytesPerMessage)) {
      const message = childMessage.parse(JSON.parse(line.toString()))
      if (message.type === 'found') {
        const { paths, sources, programs } = message
        return { paths, sources, programs }
      }
      if (message.type === 'unable') throw new Error(message.reason)
    }
    throw new Error(`The process that loads the connectors ${await finder.ended}.`)
  } finally {
    signal.removeEventListener('abort', finder.kill)
    finder.kill()
  }
}
