import type { Migration } from 'kysely/migration'
import { first } from './migrations/001-first.ts'
import { idempotency } from './migrations/002-idempotency.ts'
import { webhooks } from './migrations/003-webhooks.ts'
import { sources } from './migrations/004-sources.ts'
import { streams } from './migrations/005-streams.ts'
import { tokens } from './migrations/006-tokens.ts'
import { requestIds } from './migrations/007-request-ids.ts'
import { checkDeaths } from './migrations/008-check-deaths.ts'
import { turns } from './migrations/009-turns.ts'
import { callbacks } from './migrations/010-callbacks.ts'
import { grantsAside } from './migrations/011-grants-aside.ts'
import { apps } from './migrations/012-apps.ts'
import { names } from './migrations/013-names.ts'
import { renewals } from './migrations/014-renewals.ts'
import { methods } from './migrations/015-methods.ts'
import { search } from './migrations/016-search.ts'
import { made } from './migrations/017-made.ts'
import { failingRenewals } from './migrations/018-failing-renewals.ts'
import { counts } from './migrations/019-counts.ts'
import { editions } from './migrations/020-editions.ts'
import { webhookPauses } from './migrations/021-webhook-pauses.ts'
import { appSupport } from './migrations/022-app-support.ts'
import { customerTokens } from './migrations/023-customer-tokens.ts'
import { pageSessions } from './migrations/024-page-sessions.ts'
import { popups } from './migrations/025-popups.ts'
import { givenUpGrants } from './migrations/026-given-up-grants.ts'
import { streamMakes } from './migrations/027-stream-makes.ts'
import { streamAccess } from './migrations/028-stream-access.ts'
import { verdicts } from './migrations/029-verdicts.ts'
import { grantRoles } from './migrations/030-grant-roles.ts'
import { cleanUps } from './migrations/031-clean-ups.ts'
import { presets } from './migrations/032-presets.ts'
import { oauthClients } from './migrations/033-oauth-clients.ts'
import { grantLives } from './migrations/034-grant-lives.ts'
import { tokenClients } from './migrations/035-token-clients.ts'

/** Forward only, in name order, run at start. A landed migration is never edited: `landed.json` holds its hash. */
export const migrations: Record<string, Migration> = {
  '001_first': { up: first },
  '002_idempotency': { up: idempotency },
  '003_webhooks': { up: webhooks },
  '004_sources': { up: sources },
  '005_streams': { up: streams },
  '006_tokens': { up: tokens },
  '007_request_ids': { up: requestIds },
  '008_check_deaths': { up: checkDeaths },
  '009_turns': { up: turns },
  '010_callbacks': { up: callbacks },
  '011_grants_aside': { up: grantsAside },
  '012_apps': { up: apps },
  '013_names': { up: names },
  '014_renewals': { up: renewals },
  '015_methods': { up: methods },
  '016_search': { up: search },
  '017_made': { up: made },
  '018_failing_renewals': { up: failingRenewals },
  '019_counts': { up: counts },
  '020_editions': { up: editions },
  '021_webhook_pauses': { up: webhookPauses },
  '022_app_support': { up: appSupport },
  '023_customer_tokens': { up: customerTokens },
  '024_page_sessions': { up: pageSessions },
  '025_popups': { up: popups },
  '026_given_up_grants': { up: givenUpGrants },
  '027_stream_makes': { up: streamMakes },
  '028_stream_access': { up: streamAccess },
  '029_verdicts': { up: verdicts },
  '030_grant_roles': { up: grantRoles },
  '031_clean_ups': { up: cleanUps },
  '032_presets': { up: presets },
  '033_oauth_clients': { up: oauthClients },
  '034_grant_lives': { up: grantLives },
  '035_token_clients': { up: tokenClients },
}
