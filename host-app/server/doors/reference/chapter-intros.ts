import { accountEvents } from '@bobbin/shared/account-events'
import type { Chapter } from '@bobbin/shared/api/endpoint'

/** What each chapter of the reference is about. */
export const chapterIntros: Readonly<Record<Chapter, string>> = {
  Accounts: 'An account is one of your customers: it owns sources, and its pages may open the wizard.',
  'Access tokens': 'The tokens by which your back end acts for an account.',
  'Ephemeral tokens': 'Single-use permissions by which a page of the account opens the wizard.',
  'Source types': 'What can be connected, with everything that a form needs.',
  Sources: 'A source is one connected database or service.',
  'Import tokens': 'The tokens by which data is pushed into a source that receives it.',
  Checks: 'A check proves that the settings work and discovers the streams.',
  Streams: 'The tables that a check has found, and what is selected of them.',
  'Singer files': 'The two files with which a Singer tap is started.',
  Events: `What happens in an account, in order:\n\n${Object.entries(accountEvents)
    .map(([type, { sentence }]) => `- \`${type}\`: ${sentence}`)
    .join('\n')}`,
  Webhooks:
    'The same events, sent to you: signed as [Standard Webhooks](https://www.standardwebhooks.com) says, in order for each source, tried for 24 hours. The same event may come twice, with the same `webhook-id`.',
  Flows: 'What the client in a customer page calls. You need it only to write a client of your own.',
}
