import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { z } from 'zod'
import type { FlowState, wizardSource } from '@bobbin/shared/flow'
import { stepsWithin } from '@bobbin/shared/steps'
import type { Account } from '../accounts/accounts.ts'
import { logoPath } from '../accounts/app-logo.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Services } from '../../services.ts'
import { createSigner } from '../../ground/signing.ts'
import type { Flow } from './flow-row.ts'
import { stepOf } from './flow-steps.ts'
import { mayEdit } from './may-edit.ts'

/** All that the wizard shows of a flow. */
export async function flowState(services: Services, flow: Flow): Promise<FlowState> {
  const { database, registry, checks, streams, accounts, config } = services
  const connector = registry.find(flow.type)
  if (!connector) throw new AppError('UnknownSourceType', { data: { type: flow.type } })
  const { account_id: accountId, source_id: sourceId } = flow
  const account = await accounts.get(accountId)
  const step = flow.status === 'open' ? await stepOf(services, flow) : 'done'
  return {
    status: flow.status,
    flow_id: flow.id,
    function: flow.function,
    app: appOf(account, config.partnerName),
    company: account.company,
    origin: flow.origin,
    allowed_origins: [...flow.allowed_origins],
    consent: consentOf(flow),
    connector: wizardInfo(connector.info),
    steps: stepsWithin(flow.function, connector.info.steps),
    step,
    source: sourceId === null ? null : await sourceOf(services, accountId, sourceId),
    check: flow.check_name === null ? null : await checks.find(accountId, flow.check_name),
    may_edit: step === 'discover_schema' && (await mayEdit(database.read, flow)),
    refusal: flow.refusal,
    other_account: step === 'oauth' ? await otherAccountOf(services, flow) : null,
    authorize_ticket: step === 'oauth' ? authorizeTicket(config.encryptionKeys, flow) : null,
    selected_count: sourceId === null ? 0 : (await streams.selection(accountId, sourceId)).count,
    outcome: flow.outcome,
    is_acknowledged: flow.acknowledged_at !== null,
    timings: { proof: config.timings.proof, done: config.timings.done, call: config.timings.call },
  }
}

/** Who asks: the account's own app, or else the partner. */
function appOf({ app }: Account, partnerName: string): FlowState['app'] {
  return { name: app.name ?? partnerName, logo: app.logo === null ? null : logoPath(app.logo) }
}

/** What the wizard needs of a connector's info: the settings that it asks for. */
export function wizardInfo(info: ConnectorInfo): ConnectorInfo {
  return { ...info, properties: info.properties.filter(({ in_form: isInForm }) => isInForm !== false) }
}

/** Whether the page was met, the person agreed, or neither: then every submit is refused. */
export function consentOf(flow: Flow): FlowState['consent'] {
  if (flow.proven_at !== null) return 'proven'
  return flow.consented_at === null ? 'needed' : 'consented'
}

/**
 * The value that `/authorize` needs, good for one trip: it is made from the flow's round, which each trip
 * raises. So a link mailed, logged or remembered starts nothing.
 */
export function authorizeTicket(keys: readonly { key: Uint8Array }[], flow: TicketFlow): string {
  return ticketSigner(keys).sign(ticketText(flow))
}

/** Whether the ticket is the flow's, made by any key of the ring: a new first key stops nobody on the way. */
export function isAuthorizeTicket(
  keys: readonly { key: Uint8Array }[],
  flow: TicketFlow,
  ticket: unknown,
): boolean {
  return typeof ticket === 'string' && ticketSigner(keys).isGenuine(ticketText(flow), ticket)
}

type TicketFlow = Pick<Flow, 'id' | 'authorize_round' | 'cookie_hash'>

const ticketSigner = (keys: readonly { key: Uint8Array }[]) => createSigner(keys, 'authorize-ticket')

const ticketText = (flow: TicketFlow) => `${flow.id}.${flow.authorize_round}.${flow.cookie_hash}`

/** The question that the person has to answer before the new grant counts. */
async function otherAccountOf(
  { oauth }: Pick<Services, 'oauth'>,
  { id, account_id: accountId, function: fn }: Flow,
): Promise<FlowState['other_account']> {
  const aside = await oauth.findAside({ accountId, flowId: id })
  return aside && { name: aside.externalAccount, may_add: fn === 'addSource' }
}

async function sourceOf(
  { sources, credentials }: Services,
  accountId: number,
  sourceId: number,
): Promise<z.infer<typeof wizardSource>> {
  const row = await sources.get(accountId, sourceId)
  const secrets = await credentials.describe(accountId, sourceId, 'form')
  return {
    id: row.id,
    display_name: row.display_name,
    properties: JSON.parse(row.properties) as Record<string, string>,
    kept_secrets: secrets?.names ?? [],
    external_account: row.external_account,
  }
}
