import type { ChildProcess } from 'node:child_process'
import { onTestFinished } from 'vitest'

/**
 * Ends a process with the test that is running, also when that fails before it does: one that is left holds the output of
 * the whole run, which then never ends.
 */
export function mortal<Child extends ChildProcess>(child: Child): Child {
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}
