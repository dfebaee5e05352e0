/** Words of the question about another account. */
export const account = {
  title: 'You signed in with another account',
  lead: (provider: string) =>
    `At ${provider} you authorized another account than the one that is connected. Nothing has changed yet.`,
  connected: 'Connected',
  authorized: 'Signed in now',
  unknown: 'An account that could not be named',
  replace: 'Switch to the new account',
  keep: 'Keep the connected account',
  add: 'Add as a new connection',
  replaceMeans: 'Switching reads from the new account from now on, in place of the connected one.',
  addMeans:
    'Adding leaves the connected account as it is, and makes another connection with the same settings.',
}
