import type { Refusal } from '@bobbin/shared/flow'
import { isolated } from '@bobbin/shared/isolated'

/** Words of the authorization screen. */
export const oauth = {
  title: (name: string) => `Authorize ${isolated(name)}`,
  intro: (provider: string) =>
    `You sign in at ${isolated(provider)} and decide there what we may read. Your password stays with ${isolated(provider)}.`,
  asked: (provider: string) => `What ${isolated(provider)} will ask you to allow`,
  optional: 'optional',
  noScopes: (provider: string) => `${isolated(provider)} will ask you to allow read access.`,
  authorize: (provider: string) => `Authorize with ${isolated(provider)}`,
  again: (provider: string) => `Authorize again with ${isolated(provider)}`,
  keep: 'Keep this authorization',
  going: (provider: string) => `Going to ${isolated(provider)}…`,
  ended: (provider: string) => `${isolated(provider)} does not accept the authorization any more`,
  endedBy:
    'The check could not sign in with it: it has ended, or somebody has withdrawn it. Authorize again to go on.',
  refused: (provider: string) => `${isolated(provider)} did not authorize the connection`,
  /** Where nobody there has refused anything: perhaps they were never asked. */
  notSetUp: (provider: string) => `Connecting ${isolated(provider)} does not work at the moment`,
  refusal: {
    denied: 'Access was not allowed. You can try again and allow it.',
    expired: 'That took too long, so the request expired. Try again.',
    invalid: 'The answer did not fit our request, so we did not use it. Try again.',
    provider_error: 'There was a problem on their side. Try again in a moment.',
    scope_missing:
      'Not everything that is needed was allowed. Try again, and leave what is not optional ticked.',
    misconfigured:
      'The app is not set up for this yet. Please tell its makers: trying again now will not help.',
    approval_needed:
      'Your organization lets apps in only when an administrator has allowed them. Ask yours to allow this app there, then try again.',
    interrupted: 'You came back before it was finished. Try again.',
    unreachable: 'We could not reach them to finish. Try again in a moment.',
  } satisfies Record<Refusal['reason'], string>,
  connected: 'Connected account',
  reconnectBefore: 'Connect again before',
  code: (code: string) => `Their code: ${isolated(code)}`,
}
