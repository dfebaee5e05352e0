import { isolated } from '@bobbin/shared/isolated'
import { number, type Noun } from './nouns.ts'

/** Words of the last screen. */
export const done = {
  title: 'All set',
  connected: (name: string) => `${isolated(name)} is connected.`,
  saved: 'Your changes are saved.',
  account: 'Account',
  source: 'Connection',
  streams: ({ many }: Noun) => `${many.charAt(0).toUpperCase()}${many.slice(1)}`,
  streamCount: (count: number, { many }: Noun) =>
    count === 0
      ? `None chosen yet, so nothing is synced. Open this connection again to choose its ${many}.`
      : `${number(count)} selected`,
  closes: 'This window closes by itself.',
  waiting: 'You can close this window.',
}
