import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { untilAborted } from '@bobbin/shared/until-aborted'
import { ConnectorsUnavailable, type ConnectorRunner } from './connector-runner.ts'
import type { ChildSetup, ConnectorTask } from './messages.ts'
import { prepareChildren, type ChildMaker } from './prepare-children.ts'
import { runInChild } from './run-in-child.ts'
import { makeRunFolder, removeRunFolder } from './run-folders.ts'
import { dropSnapshots } from './snapshot.ts'
import type { ConnectorChild } from './spawn-child.ts'

export interface ProcessOptions extends ChildSetup {
  /** The snapshot that they start from is kept in it. */
  readonly dataDir: string
  /** Where the build has put their program; its usual place by default. */
  readonly built?: string
  /** Bytes of resident memory that one may have. */
  readonly memoryLimit: number
  /** Kept ready for the next task. */
  readonly warm?: number
  /** Where what they print goes; nowhere by default. Who tries a connector at a terminal reads it. */
  readonly printsTo?: 'stderr'
}

/** Milliseconds that a process has to end by itself, once it is told. */
const grace = 500

/**
 * A process of its own for each task, so that no byte of a stranger is read in the server's: whatever it
 * does to that process, it ends there. A few are kept ready; none is used twice.
 */
export function createConnectorProcesses(options: ProcessOptions): ConnectorRunner {
  const {
    dataDir,
    built,
    memoryLimit,
    warm = 2,
    printsTo,
    demoCrmUrl,
    connectorModules,
    allowPrivateNetworks,
    userAgent,
  } = options
  const setup = { demoCrmUrl, connectorModules, allowPrivateNetworks, userAgent }
  const ready = new Set<ConnectorChild>()
  const all = new Set<ConnectorChild>()
  const wiping = new Set<Promise<void>>()
  const closing = new AbortController()
  const folder = join(dataDir, 'connector-process')
  let spawner: Promise<ChildMaker> | null = null
  let fault: ConnectorsUnavailable | null = null

  /** Tried again by the next who needs it. */
  function prepare(): Promise<ChildMaker> {
    spawner ??= prepareChildren(setup, { folder, built, memoryLimit, printsTo }, closing.signal).then(
      (maker) => {
        fault = null
        return maker
      },
      (cause: unknown) => {
        spawner = null
        closing.signal.throwIfAborted()
        fault = new ConnectorsUnavailable(cause instanceof Error ? cause.message : String(cause), { cause })
        throw fault
      },
    )
    return spawner
  }

  /** What they start from may be gone or broken. The next who needs one makes it anew. */
  async function prepareAnew(error: ConnectorsUnavailable): Promise<void> {
    fault = error
    spawner = null
    await dropSnapshots(folder)
  }

  function start({ spawn }: ChildMaker, folder?: string): ConnectorChild {
    closing.signal.throwIfAborted()
    const child = spawn(folder)
    all.add(child)
    void child.ended.then(() => {
      all.delete(child)
      ready.delete(child)
      if (child.folder === null) return
      const wiped = removeRunFolder(child.folder).then(() => void wiping.delete(wiped))
      wiping.add(wiped)
    })
    return child
  }

  async function refill(): Promise<void> {
    const maker = await prepare()
    while (ready.size < warm) {
      const child = start(maker)
      // Nobody waits for it yet.
      child.hold(false)
      ready.add(child)
    }
  }

  async function take({ type }: ConnectorTask): Promise<ConnectorChild> {
    const maker = await prepare()
    // One that is kept ready may start no program.
    if (maker.startsPrograms(type)) return start(maker, await makeRunFolder(dataDir))
    const [waiting] = ready
    const child = waiting ?? start(maker)
    ready.delete(child)
    child.hold(true)
    // To start one takes the processor from the task that begins: while there is another, it waits for the end of that.
    if (ready.size === 0) warmUp()
    return child
  }

  /** What hinders it is told by the task that needs it. */
  const warmUp = () => void refill().catch(() => {})

  return {
    warmUp,
    fault: () => fault,
    async run(task, listener, signal) {
      signal.throwIfAborted()
      const taking = take(task)
      try {
        const work = taking.then((child) => runInChild(child, task, listener, { signal, memoryLimit }))
        return await untilAborted(work, signal)
      } catch (error) {
        if (error instanceof ConnectorsUnavailable && error !== fault) await prepareAnew(error)
        throw error
      } finally {
        void taking.then(
          (child) => {
            // Whatever it is: a further line means "stop".
            if (signal.aborted) child.channel.write('"stop"\n')
            warmUp()
            return end(child)
          },
          () => {},
        )
      }
    },
    async close() {
      closing.abort(new Error('The connector processes are closed.'))
      await spawner?.catch(() => {})
      for (const child of ready) child.kill()
      await Promise.all([...all].map(end))
      await Promise.all(wiping)
    },
  }
}

/** Lets a process that was told to end do so, not for long. */
async function end(child: ConnectorChild): Promise<void> {
  if (child.hasEnded()) return
  const patience = new AbortController()
  const tooLong = delay(grace, undefined, { signal: patience.signal }).then(
    () => child.kill(),
    () => {},
  )
  await Promise.race([child.ended, tooLong])
  patience.abort()
  await child.ended
}
