import { isolated } from '@bobbin/shared/isolated'

/** Words of the questions about accounts: signed in as another one, or as one that is connected elsewhere. */
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
  same: {
    title: 'This account is already connected',
    lead: (provider: string) =>
      `You signed in at ${isolated(provider)} with an account that has a connection. Nothing has changed yet.`,
    goneTitle: 'This account is no longer connected',
    goneLead: 'The connection that it had was removed or changed a moment ago. Nothing else has changed yet.',
    account: 'Account',
    connections: 'Connected as',
    answers: {
      repairSource: {
        title: (name: string) => `Renew ${isolated(name)}`,
        means: 'It gets this sign-in, and keeps its name and its selection. No second connection is made.',
      },
      addAccount: {
        title: 'Add a second connection',
        means: 'The account then has both: this one, and the one that is there.',
      },
      addGone: {
        title: 'Add this connection',
        means: 'It goes on with the account that you signed in with.',
      },
      keepAccount: {
        title: 'Use another account',
        means: 'Nothing is stored of this sign-in, and you can sign in with another account.',
      },
    },
  },
}
