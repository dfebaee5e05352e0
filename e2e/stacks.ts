import { startStack, type Stack, type StackOptions } from './stack.ts'

/** How many stacks a worker keeps: the usual one, and that of the specs which set theirs up otherwise. */
const kept = 2

/** The stacks of one worker, each for the settings that it was started with. */
export interface Stacks {
  /** The stack with these settings: one that runs already, or a new one. */
  take(options: Omit<StackOptions, 'name'>): Promise<Stack>
  stop(): Promise<void>
}

/** A browser and its worker outlive a change of settings; only servers are started anew. */
export function createStacks(name: string): Stacks {
  let started = 0
  /** By their settings; the one that was taken last is the last. */
  const stacks = new Map<string, Stack>()

  return {
    async take(options) {
      const key = JSON.stringify(options)
      const stack = stacks.get(key) ?? (await startStack({ name: `${name}-${++started}`, ...options }))
      stacks.delete(key)
      stacks.set(key, stack)
      const [oldest] = stacks
      if (stacks.size > kept && oldest) {
        stacks.delete(oldest[0])
        await oldest[1].stop()
      }
      return stack
    },
    async stop() {
      await Promise.all([...stacks.values()].map((stack) => stack.stop()))
    },
  }
}
