import { isolated } from '@bobbin/shared/isolated'

/** Words of the last screen. */
export const done = {
  title: 'All set',
  connected: (name: string) => `${isolated(name)} is connected.`,
  saved: 'Your changes are saved.',
  account: 'Account',
  source: 'Connection',
  streams: 'Streams',
  streamCount: (count: number) =>
    count === 0 ? 'None selected yet' : `${count.toLocaleString('en')} selected`,
  closes: 'This window closes by itself.',
  waiting: 'You can close this window.',
}
