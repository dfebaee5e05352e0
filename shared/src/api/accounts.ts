import { account, createAccount, createdAccount, updateAccount } from '../account.ts'
import { createEphemeralToken, createdEphemeralToken } from '../session.ts'
import type { Endpoint } from './endpoint.ts'

/** Accounts, and the single-use tokens by which their pages open the wizard. */
export const accountEndpoints = {
  createAccount: {
    method: 'POST',
    path: '/v3/accounts',
    caller: 'partner',
    chapter: 'Accounts',
    summary: 'Create an account: one end customer and its access token.',
    body: createAccount,
    reply: createdAccount,
    idempotent: true,
    errors: ['ExistingUser', 'AccessDenied'],
  },
  getAccount: {
    method: 'GET',
    path: '/v4/account',
    caller: 'account',
    chapter: 'Accounts',
    summary: "The caller's account.",
    reply: account,
    versioned: 'etag',
    errors: [],
  },
  updateAccount: {
    method: 'PUT',
    path: '/v4/account',
    caller: 'account',
    chapter: 'Accounts',
    summary: 'Set the origins from which the wizard may be opened, and how it shows the app that asks.',
    body: updateAccount,
    reply: account,
    versioned: 'if-match',
    errors: [],
  },
  createEphemeralToken: {
    method: 'POST',
    path: '/v3/sessions/ephemeral',
    caller: 'account',
    chapter: 'Ephemeral tokens',
    summary:
      'Create an ephemeral token: single use, one hour, optionally scoped. `oauth_client_id` names the client, the ' +
      "account's own or the operator's, by which alone its flow authorizes.",
    body: createEphemeralToken.optional(),
    reply: createdEphemeralToken,
    idempotent: true,
    errors: ['NotFound', 'SourceNotFound', 'UnknownSourceType', 'InvalidProperties', 'InvalidCronExpression'],
  },
} as const satisfies Record<string, Endpoint>
