import { isolated } from '@bobbin/shared/isolated'
import { number, type Noun } from './nouns.ts'

/** Words of the last screen. */
export const done = {
  title: 'All set',
  connected: (name: string) => `${isolated(name)} is connected.`,
  saved: 'Your changes are saved.',
  unchecked: (name: string) =>
    `${isolated(name)} is saved. It could not be checked yet; that is done again by itself.`,
  account: 'Account',
  source: 'Connection',
  streams: ({ many }: Noun) => `${many.charAt(0).toUpperCase()}${many.slice(1)}`,
  streamCount: (count: number) => (count === 0 ? 'None chosen yet' : `${number(count)} selected`),
  /** After **Skip for now**. */
  choose: (app: string, name: string, { many }: Noun) =>
    `Nothing is synced until you choose ${many}. To choose them, go back to ${isolated(app)} and open ${isolated(name)} there again.`,
  closes: 'This window closes by itself.',
  waiting: 'You can close this window.',
}
