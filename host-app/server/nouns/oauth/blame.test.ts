import { describe, expect, it } from 'vitest'
import { blameFor } from './blame.ts'

describe('whose doing a refusal is', () => {
  it.each([
    ['access_denied', 'person'],
    ['Access Denied', 'person'],
    ['accessDenied', 'person'],
    ['consent_required', 'person'],
    ['interaction_required', 'person'],
    ['login_required', 'person'],
    ['account_selection_required', 'person'],
    ['user_cancelled_login', 'person'],
    ['user_cancelled_authorize', 'person'],
    ['user_canceled', 'person'],
    ['user_denied', 'person'],
    ['USER_CANCELLED', 'person'],
    ['cancelled', 'person'],
    ['authorization_declined', 'person'],
    ['consent_rejected', 'person'],
    ['invalid_client', 'operator'],
    ['InvalidClient', 'operator'],
    ['unauthorized_client', 'operator'],
    ['invalid_scope', 'operator'],
    ['invalid_request', 'operator'],
    ['unsupported_response_type', 'operator'],
    ['unsupported_response_mode', 'operator'],
    ['invalid_redirect_uri', 'operator'],
    ['redirect_uri_mismatch', 'operator'],
    ['invalid_client_id', 'operator'],
    ['bad_client_secret', 'operator'],
    ['incorrect_client_credentials', 'operator'],
    ['application_suspended', 'operator'],
    ['request_not_supported', 'operator'],
    ['invalid_target', 'operator'],
    ['server_error', 'provider'],
    ['temporarily_unavailable', 'provider'],
    ['invalid_grant', 'provider'],
    ['requested_by_user', 'provider'],
    ['application_error', 'provider'],
    // Google's own words, Slack's, GitHub's, Figma's, Salesforce's.
    ['deleted_client', 'operator'],
    ['disabled_client', 'operator'],
    ['org_internal', 'operator'],
    ['origin_mismatch', 'operator'],
    ['unapproved_client', 'operator'],
    ['unverified_app', 'operator'],
    ['invalid_team_for_non_distributed_app', 'operator'],
    ['client_not_found', 'operator'],
    ['application_cannot_be_found', 'operator'],
    ['response_type_not_supported', 'operator'],
    ['invalid_code', 'provider'],
    ['expired_token', 'provider'],
    ['admin_policy_enforced', 'administrator'],
    ['admin_consent_required', 'administrator'],
    ['OAUTH_APP_BLOCKED', 'administrator'],
    ['OAUTH_APP_ACCESS_DENIED', 'administrator'],
    ['OAUTH_EC_APP_NOT_FOUND', 'administrator'],
    ['OAUTH_APPROVAL_ERROR_GENERIC', 'administrator'],
    ['invalid_app_access', 'administrator'],
    ['unapproved_scope', 'administrator'],
    ['scope_not_allowed_on_enterprise', 'administrator'],
    ['team_access_not_granted', 'administrator'],
    ['approval_required', 'administrator'],
    ['administration_error', 'provider'],
  ] as const)('%s', (code, blame) => {
    expect(blameFor({}, { code })).toBe(blame)
  })

  it.each([
    [
      'access_denied',
      'The user has denied access to the scope(s) requested by the client application.',
      'person',
    ],
    ['access_denied', 'AADSTS65004: User declined to consent to access the app.', 'person'],
    ['access_denied', 'User is not assigned to the client application.', 'administrator'],
    ['consent_required', 'AADSTS90094: The grant requires admin permission.', 'administrator'],
    ['interaction_required', 'AADSTS50105: The signed in user is not assigned to a role.', 'administrator'],
    [
      'unauthorized_client',
      'This app is not authorized. Contact your enterprise admin to allow it.',
      'administrator',
    ],
    ['unauthorized_client', 'The client is not authorized for this grant type.', 'operator'],
    ['server_error', 'Ask your administrator to allow it.', 'provider'],
    ['invalid_client', 'app must be installed into org', 'administrator'],
  ] as const)('%s: %s', (code, said, blame) => {
    expect(blameFor({}, { code, said })).toBe(blame)
  })

  it('is what a connector says of its provider, before what we know', () => {
    expect(blameFor({ quirks: { deniedCodes: ['org_internal'] } }, { code: 'org_internal' })).toBe('person')
    expect(blameFor({}, { code: null, said: 'Ask your administrator.' })).toBe('provider')
  })
})
