import type { CheckEvent } from '@bobbin/shared/check'
import type { FlowState } from '@bobbin/shared/flow'
import type { SettingFaults } from '@bobbin/shared/setting-faults'
import type { SourceResult } from '@bobbin/shared/window-protocol'
import type { WizardEvent } from '@bobbin/shared/wizard-api'
import type { WizardPage } from '@bobbin/shared/wizard-page'
import { database, helpdesk, service } from './connectors.ts'
import { presetStates } from './presets.ts'
import { failed, misconfigured, running, succeeded, unexplained, untold } from './checks.ts'
import {
  acme,
  base,
  checkState,
  connectedState,
  flowId,
  longNames,
  oauthState,
  source,
  streamsState,
} from './states.ts'

/** One screen in one state: its page, what its stream then tells, and how calls of it are answered. */
export interface Fixture {
  readonly page: WizardPage
  /** What the presence stream tells, in order. */
  readonly events?: readonly WizardEvent[]
  /** The state that a GET answers; the page's own by default. */
  readonly state?: FlowState
  /** How many streams there are to choose from. */
  readonly streamCount?: number
  /** An error envelope that every POST is answered with. */
  readonly refusal?: { readonly status: number; readonly body: Record<string, unknown> }
}

function done(selected: readonly string[], more: Partial<FlowState> = {}): Fixture {
  const result: SourceResult = {
    id: 7,
    type: database.type,
    display_name: more.source?.display_name ?? 'Orders database',
    step: selected.length > 0 ? 'fully_configured' : 'field_selection',
    check: { name: succeeded.name, status: 'succeeded' },
    selected_streams: [...selected],
    selected_streams_count: selected.length,
    ignored_default_streams: [],
  }
  const outcome = { kind: 'completed', result } as const
  const isLeft = { status: 'completed', step: 'done', is_acknowledged: true } as const
  return flow({ ...streamsState, ...isLeft, reachable: [], outcome, ...more })
}

const queued: CheckEvent = { type: 'phase', data: { phase: 'queued' } }

const progress: readonly CheckEvent[] = [
  { type: 'phase', data: { phase: 'connecting' } },
  { type: 'log', data: { line: 'Connecting to db.acme.example, port 5432' } },
  { type: 'phase', data: { phase: 'signing_in' } },
  { type: 'log', data: { line: 'Signed in as anna (TLS 1.3)' } },
  { type: 'phase', data: { phase: 'reading_schema' } },
  { type: 'streams', data: { count: 86 } },
]

function flow(state: FlowState, rest: Omit<Fixture, 'page'> = {}): Fixture {
  return { page: { kind: 'flow', flowId, connector: null, state }, ...rest }
}

function unclaimed(connector: typeof database | null, rest: Omit<Fixture, 'page'> = {}): Fixture {
  return {
    page: { kind: 'flow', flowId, connector, state: null },
    events: [{ type: 'unclaimed' }],
    ...rest,
  }
}

function told(...events: WizardEvent[]): Fixture {
  return unclaimed(database, { events })
}

function ended(code: 'FlowExpired' | 'OriginNotAllowed', data: Record<string, unknown> = {}): Fixture {
  const error = { code, message: '', data } as const
  return flow({ ...base, status: 'failed', step: 'done', outcome: { kind: 'failed', error } })
}

function cancelled(discarded: boolean): Fixture {
  const outcome = { kind: 'cancelled', reason: 'cancelled', error: null, discarded } as const
  return flow({ ...base, status: 'cancelled', step: 'done', outcome })
}

/** How a form is answered that cannot be taken. */
function refusedSettings(faults: SettingFaults): Pick<Fixture, 'refusal'> {
  const message = 'Some settings are missing or not valid.'
  return { refusal: { status: 422, body: { error: 'InvalidProperties', message, data: { faults } } } }
}

/** By name: every screen of the wizard in every state worth looking at. */
export const fixtures: Readonly<Record<string, Fixture>> = {
  form: unclaimed(database),
  'form-claimed': flow(base),
  'form-helpdesk': flow({ ...base, connector: helpdesk }),
  'form-helpdesk-doubt': flow({
    ...base,
    connector: helpdesk,
    function: 'editSource',
    source: { ...source, properties: { subdomain: 'acme', region: 'old', start_date: '2026-01-01' } },
  }),
  'form-app': flow({ ...base, app: acme }),
  'form-long-names': flow({ ...base, ...longNames }),
  'form-consent': flow({ ...base, app: acme, consent: 'needed' }),
  'form-consent-plain': flow({ ...base, consent: 'needed' }),
  'form-consent-long-names': flow({ ...base, ...longNames, consent: 'needed' }),
  'form-edit': flow({ ...base, function: 'editSource', source }),
  'form-edit-secret': flow(
    { ...base, function: 'editSource', source },
    refusedSettings({ password: { rule: 'needed_again', parameters: { changed: ['host', 'port'] } } }),
  ),
  'form-refused': flow(
    base,
    refusedSettings({
      host: { rule: 'not_in_format', parameters: { formats: ['hostname', 'ipv4'] } },
      port: { rule: 'not_a_number', parameters: { least: 1, most: 65_535 } },
      dbname: { rule: 'too_long', parameters: { most: 2_048 } },
      user: { rule: 'other_form', parameters: { example: 'anna@example.com' } },
      password: { rule: 'too_short', parameters: { least: 8 } },
      replication: { rule: 'not_an_option', parameters: { options: ['Standard', 'From the log'] } },
      slot: { rule: 'missing', parameters: {} },
      unheard_of: { rule: 'not_known', parameters: {} },
    }),
  ),
  'form-unavailable': flow(base, {
    refusal: {
      status: 503,
      body: { error: 'Unavailable', message: 'The service is not available at the moment.' },
    },
  }),
  'form-too-often': flow(base, {
    refusal: {
      status: 429,
      body: {
        error: 'RateLimited',
        message: 'That was a lot at once. Nothing you entered is lost: wait a minute, then try again.',
        data: { retry_after: 60 },
      },
    },
  }),
  'form-after-check': flow({ ...base, source, made: streamsState.made, check: failed }),
  'form-gone-back': flow({ ...streamsState, step: 'form' }),
  ...Object.fromEntries(
    Object.entries(presetStates).map(([name, state]) => [`form-preset-${name}`, flow(state)]),
  ),
  'form-preset-refused': flow(
    presetStates.locked,
    refusedSettings({
      port: { rule: 'set_by_app', parameters: {} },
      user: { rule: 'set_by_app', parameters: {} },
    }),
  ),
  'form-preset-late': unclaimed(database, { events: [{ type: 'state' }], state: presetStates.mixed }),
  preparing: unclaimed(null),
  oauth: flow(oauthState),
  'oauth-refused': flow({
    ...oauthState,
    refusal: { reason: 'denied', provider_code: 'access_denied', message: '' },
  }),
  'oauth-choices': flow({
    ...connectedState,
    choices: [
      {
        name: 'organisation',
        title: 'Organisation',
        description: 'Its books are read, and no other’s.',
        is_required: true,
        value: null,
      },
    ],
  }),
  'oauth-misconfigured': flow({
    ...oauthState,
    refusal: { reason: 'misconfigured', provider_code: 'invalid_client (AADSTS7000215)', message: '' },
  }),
  'oauth-approval': flow({
    ...oauthState,
    refusal: { reason: 'approval_needed', provider_code: 'admin_policy_enforced', message: '' },
  }),
  'oauth-ended': flow({
    ...connectedState,
    check: {
      ...failed,
      failure: { code: 'AuthorizationExpired', message: '', field: null, detail: null },
    },
  }),
  'oauth-connected': flow(connectedState),
  'oauth-ends-soon': flow({
    ...connectedState,
    source: connectedState.source && { ...connectedState.source, reconnect_by: '2026-12-14T09:00:00.000Z' },
  }),
  'oauth-gone-back': flow({ ...oauthState, reachable: service.steps }),
  'oauth-other-account': flow({
    ...connectedState,
    other_account: { name: 'Bob, Hill Inc', may_add: false },
  }),
  'oauth-other-account-add': flow({
    ...connectedState,
    function: 'addSource',
    other_account: { name: null, may_add: true },
  }),
  'oauth-same-account': flow({
    ...oauthState,
    same_account: {
      name: 'Anna, Hill Inc',
      sources: [
        { id: 3, display_name: 'Hill CRM', may_repair: true },
        { id: 5, display_name: 'Hill CRM (2)', may_repair: true },
      ],
    },
  }),
  'oauth-same-account-only-add': flow({
    ...oauthState,
    same_account: {
      name: 'Anna, Hill Inc',
      sources: [{ id: 3, display_name: 'Hill CRM', may_repair: false }],
    },
  }),
  'oauth-same-account-gone': flow({
    ...oauthState,
    same_account: { name: 'Anna, Hill Inc', sources: [] },
  }),
  'check-running': flow(checkState, {
    events: progress.map((event, index) => ({
      type: 'check',
      data: { name: running.name, seq: index + 1, event },
    })),
  }),
  'check-queued': flow(
    { ...checkState, check: { ...running, phase: 'queued' } },
    { events: [{ type: 'check', data: { name: running.name, seq: 1, event: queued } }] },
  ),
  'check-failed': flow({ ...checkState, check: failed }),
  'check-unexplained': flow({ ...checkState, check: unexplained }),
  'check-untold': flow({
    ...checkState,
    connector: { ...database, is_checked: true, steps: ['form', 'discover_schema'] },
    steps: ['form', 'discover_schema'],
    check: untold,
  }),
  'check-misconfigured': flow({ ...checkState, check: misconfigured }),
  'check-succeeded': flow({ ...checkState, check: succeeded }),
  'check-gone-back': flow({ ...streamsState, step: 'discover_schema' }),
  streams: flow(streamsState, { streamCount: 1_200 }),
  'streams-many': flow(streamsState, { streamCount: 100_000 }),
  'streams-none': flow(streamsState, { streamCount: 0 }),
  'done-skipped': done([]),
  done: done(['orders']),
  'done-long-names': done(['orders'], {
    ...longNames,
    is_acknowledged: false,
    source: { ...source, display_name: longNames.company, external_account: longNames.company },
  }),
  expired: ended('FlowExpired'),
  'origin-refused': ended('OriginNotAllowed', { origin: 'https://other.example' }),
  cancelled: cancelled(false),
  discarded: cancelled(true),
  refused: told({
    type: 'refused',
    data: { code: 'UpgradeEphemeralToken', message: '', data: { reason: 'expired' } },
  }),
  'cookies-blocked': told({
    type: 'refused',
    data: { code: 'CookiesBlocked', message: '', data: { origin: 'https://connect.example.com' } },
  }),
  superseded: told({ type: 'superseded' }),
  elsewhere: told({ type: 'elsewhere' }),
  'notice-elsewhere': { page: { kind: 'notice', notice: 'elsewhere' } },
  'notice-unavailable': { page: { kind: 'notice', notice: 'unavailable' } },
  'notice-invalid-link': { page: { kind: 'notice', notice: 'invalid_link' } },
  'notice-callback': { page: { kind: 'notice', notice: 'callback_invalid', backTo: '/connect/oauth' } },
}
