import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectorRunner } from './connector-runner.ts'
import type { ChildSetup } from './messages.ts'
import { runInChild } from './run-in-child.ts'
import { childSpawner, type ConnectorChild } from './spawn-child.ts'

export interface ProcessOptions extends ChildSetup {
  /** Bytes of resident memory that one may have. */
  readonly memoryLimit: number
  /** Kept ready for the next task. */
  readonly warm?: number
}

/** Milliseconds after a task began until the process it took is replaced: starting one costs the machine. */
const replaceAfter = 1_000
/** Milliseconds that a process has to end by itself, once it is told. */
const grace = 500

/**
 * A process of its own for each task, so that no byte of a stranger is read in the server's: whatever it
 * does to that process, it ends there. A few are kept ready; none is used twice.
 */
export function createConnectorProcesses(options: ProcessOptions): ConnectorRunner {
  const { memoryLimit, warm = 2, demoCrmUrl, connectorModules, allowPrivateNetworks } = options
  const spawnChild = childSpawner({ demoCrmUrl, connectorModules, allowPrivateNetworks }, memoryLimit)
  const ready = new Set<ConnectorChild>()
  const all = new Set<ConnectorChild>()
  let isClosed = false
  let refilling: NodeJS.Timeout | undefined

  function start(): ConnectorChild {
    const child = spawnChild()
    all.add(child)
    void child.ended.then(() => {
      all.delete(child)
      ready.delete(child)
    })
    return child
  }

  function refill(): void {
    if (isClosed) return
    while (ready.size < warm) {
      const child = start()
      // Nobody waits for it yet.
      child.hold(false)
      ready.add(child)
    }
  }

  function take(): ConnectorChild {
    const [child = start()] = ready
    ready.delete(child)
    child.hold(true)
    clearTimeout(refilling)
    refilling = setTimeout(refill, replaceAfter).unref()
    return child
  }

  return {
    warmUp: refill,
    async run(task, listener, signal) {
      signal.throwIfAborted()
      const child = take()
      const aborted = Promise.withResolvers<never>()
      const abort = () => {
        // Whatever it is: a second line means "stop".
        child.channel.write('"stop"\n')
        aborted.reject(signal.reason)
      }
      signal.addEventListener('abort', abort, { once: true })
      try {
        return await Promise.race([
          runInChild(child, task, listener, { signal, memoryLimit }),
          aborted.promise,
        ])
      } finally {
        signal.removeEventListener('abort', abort)
        void end(child)
      }
    },
    async close() {
      isClosed = true
      clearTimeout(refilling)
      for (const child of ready) child.kill()
      await Promise.all([...all].map(end))
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
