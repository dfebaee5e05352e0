import { isolated } from '@bobbin/shared/isolated'

/** Words of the question that is asked when the page that opened the window did not show itself. */
export const consent = {
  title: 'Is this you?',
  text: 'A page asks to connect a data source. What you enter here goes to this app, for the account that it names.',
  app: 'App',
  company: 'Account',
  connector: 'Connects',
  origin: 'Says it is',
  unverified: 'not verified',
  warning: 'Go on only if you started this yourself. If someone sent you a link to this page, close it.',
  agree: (app: string) => `Continue to ${isolated(app)}`,
}
