import type { CheckPhase } from '@bobbin/shared/check'
import { isolated } from '@bobbin/shared/isolated'
import { counted, type Noun } from './nouns.ts'

/** Words of the check's screen. */
export const check = {
  title: 'Checking the connection',
  titleSucceeded: 'The connection works',
  titleFailed: 'The check failed',
  titleUntold: 'The connection could not be checked',
  /** Where nothing is in the way of going on. */
  untold: 'Your settings are kept, and checked again by themselves. You can go on, or try it now once more.',
  queued: 'This check waits for its turn. It starts by itself, you need not do anything.',
  intro: ({ many }: Noun) =>
    `We connect with your settings and read which ${many} there are. This can take a minute.`,
  introChecked: 'We sign in with your settings. This can take a minute.',
  phase: {
    connecting: 'Connecting',
    signing_in: 'Signing in',
    reading_schema: 'Reading the schema',
  } satisfies Record<CheckPhase, string>,
  state: { done: 'done', current: 'in progress', failed: 'failed', waiting: 'waiting' },
  streams: (count: number, noun: Noun) => `${counted(count, noun)} so far`,
  found: (count: number, noun: Noun) => `${counted(count, noun)} found`,
  elapsed: 'Elapsed time',
  log: 'Log',
  emptyLog: 'Nothing to show yet.',
  /** Of a check that has ended: more will not come. */
  noLog: 'There is no log of this check.',
  fieldAtFault: (title: string) => `Look at: ${isolated(title)}`,
  editSettings: 'Edit settings',
  chooseAgain: 'Choose again',
  again: 'Check again',
  continue: 'Continue',
  succeeded: 'Everything is in order. Going on…',
}
