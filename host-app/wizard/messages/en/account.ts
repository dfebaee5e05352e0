import { isolated } from '@bobbin/shared/isolated'

/** Words of the question about another account. */
export const account = {
  title: 'You signed in with another account',
  lead: (provider: string) =>
    `At ${isolated(provider)} you authorized another account than the one that is connected. Nothing has changed yet.`,
  connected: 'Connected',
  authorized: 'Signed in now',
  unknown: 'An account that could not be named',
  answers: {
    replaceAccount: {
      title: 'Switch to the new account',
      means: 'From now on the new account is read, in place of the connected one.',
    },
    keepAccount: { title: 'Keep the connected account', means: 'Everything stays as it was.' },
    addAccount: {
      title: 'Add as a new connection',
      means: 'The connected account stays, and the new one becomes a connection with the same settings.',
    },
  },
}
