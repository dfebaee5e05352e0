import { accountEvents } from '@bobbin/shared/account-events'
import type { Chapter } from '@bobbin/shared/api/endpoint'
import type { z } from 'zod'

/** A type of event, and each field of its `data`. */
function describeEvent([type, { sentence, data }]: [
  string,
  { sentence: string; data: z.ZodObject },
]): string {
  const fields = Object.entries(data.shape as Record<string, z.ZodType>).map(
    ([name, field]) => `- \`${name}\`: ${field.description}`,
  )
  return `**\`${type}\`** ${sentence}\n\n${fields.join('\n')}`
}

/** What each chapter of the reference is about. */
export const chapterIntros: Readonly<Record<Chapter, string>> = {
  Accounts: 'An account is one of your customers: it owns sources, and its pages may open the wizard.',
  'Access tokens': 'The tokens by which your back end acts for an account.',
  'Ephemeral tokens': 'Single-use permissions by which a page of the account opens the wizard.',
  'Source types': 'What can be connected, with everything that a form needs.',
  Sources: 'A source is one connected database or service.',
  'Import tokens': 'The tokens by which data is pushed into a source that receives it.',
  Checks:
    'A check proves that the settings work and discovers the streams. It starts by itself when the settings of a source are ' +
    'complete or have changed. **To wait for one**, follow its `…/log`, or ask for `last-connection-check` every second or two ' +
    'while its `status` is `running`; it has succeeded with `status` `succeeded` and `discovery_exit_status` 0. Most take ' +
    'seconds, a database of many thousand tables minutes. **To hear of all of them** do not poll: take webhooks, or the events.',
  Streams:
    'The tables that a check has found, and what is selected of them. **A view needs a key, a table a method**: a view is ' +
    'selected once its `view-key-properties` are set, by fields that tell its rows apart; every selected stream has a ' +
    '`replication-method`, and `INCREMENTAL` needs a `replication-key`. Until you choose, or after `null`, it is the forced ' +
    'one, else `INCREMENTAL` where one key is clearly right (a time such as `updated_at`), else `FULL_TABLE`; a key ' +
    'without a method asks for `INCREMENTAL`.',
  'Singer files': 'The two files with which a Singer tap is started.',
  Events:
    'What happens in an account, in order. Webhooks bring the same; whoever would rather ask calls with `after` every ten ' +
    'seconds or so, or follows the stream.\n\n' +
    Object.entries(accountEvents).map(describeEvent).join('\n\n'),
  'OAuth clients':
    'By default people let the app of the operator into their accounts. An account that has registered an app of its own at a ' +
    'provider, with this host’s redirect URI, gives it here, and its own name is what people read there. Each grant stays with ' +
    'the client that issued it: that one renews and revokes it, whatever is the default by then.',
  Webhooks:
    'The same events, sent to you: signed as [Standard Webhooks](https://www.standardwebhooks.com) says, in order for each source, tried for 24 hours. The same event may come twice, with the same `webhook-id`.',
  Directory:
    'The same source types as a directory to page through, in the shape of OpenInt: with their scopes, and with JSON Schemas ' +
    'of what goes in and comes out. Pages are by `limit` and `offset`; `has_next_page` is true exactly when there is more.',
  Catalog:
    'What pages show of what their account may connect and has connected, in the words of xkit. A **connection** is a source ' +
    'that is not deleted; its id is that of the source. Pages call with a customer token, or with the cookie of a session that ' +
    'was made of one; either counts only from the origins that it allows. `bobbin/catalog` and `<bobbin-catalog>` speak it for you.',
  Flows: 'What the client in a customer page calls. You need it only to write a client of your own.',
}
