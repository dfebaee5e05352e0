import { z } from 'zod'
import { byName } from './by-name.ts'
import { check } from './check.ts'
import { flowConnector, propertyInfo } from './connector-info.ts'
import { authorizeRefusalReasons, pageErrors, type PageErrorCode } from './page-errors.ts'
import { flowFunctionNames } from './flow-function.ts'
import { stepTypes, wizardSteps } from './steps.ts'

/** 128 random bits as base64url, made by the client: names a flow; useless alone. */
export const flowId = z.string().regex(/^[A-Za-z0-9_-]{22}$/)

/** 128 random bits as base64url, made by the client: secret; reads the relay and cancels. */
export const appKey = z.string().regex(/^[A-Za-z0-9_-]{22}$/)

export const defaultStreams = byName(z.union([z.boolean(), byName(z.boolean(), { longestName: 1024 })]), {
  longestName: 1024,
})
export type DefaultStreams = z.infer<typeof defaultStreams>

/** The claim of a flow, by the page itself or by the wizard for it. Its type and id rule over the URL's. */
export const claimRequest = z.strictObject({
  ephemeral_token: z.string().min(1).max(512).optional(),
  app_key: appKey,
  function: z.enum(flowFunctionNames),
  type: z.string().min(1).max(200).optional(),
  id: z.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
  discovery_job_name: z.string().min(1).max(300).optional(),
  default_streams: defaultStreams.optional(),
  display: z.literal('popup'),
  locale: z.string().max(35).optional(),
})

export const claimReply = z.object({
  flow_id: flowId,
  timings: z.record(z.string(), z.number()),
  session_expires_at: z.number().int(),
})

/** An error as it reaches a page: data. */
export const errorValue = z.object({
  code: z
    .enum(Object.keys(pageErrors) as [PageErrorCode, ...PageErrorCode[]])
    .describe('The failure; the client’s class is this word and `Error`.'),
  message: z.string().describe('A sentence for people.'),
  data: z.record(z.string(), z.unknown()).describe('More about it, such as its `reason`.'),
})

export const sourceResult = z.object({
  id: z.number().int().describe('The source.'),
  type: z.string().describe('Its source type.'),
  display_name: z.string().describe('What the person called it.'),
  step: z
    .enum(stepTypes)
    .describe('Where the source stands now: `fully_configured` where nothing is left to do.'),
  check: z
    .object({ name: z.string(), status: z.enum(['running', 'succeeded', 'failed']) })
    .nullable()
    .describe('Its latest check; null where there was none.'),
  selected_streams: z
    .array(z.string())
    .max(1000)
    .describe('`tap_stream_id`s of what is selected, a thousand at most.'),
  selected_streams_count: z.number().int().describe('How many streams are selected in all.'),
  ignored_default_streams: z.array(z.string()).describe('Names in `default_streams` that matched nothing.'),
})

const cancelReasons = ['cancelled', 'closed', 'aborted'] as const

const cancelledAs = {
  reason: z.enum(cancelReasons),
  error: errorValue.nullable(),
  /** The person confirmed **Discard**: what the flow had made is deleted. */
  discarded: z.boolean().default(false),
}

/** How a flow ended; decided once, stored before it is told. */
export const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('completed'), result: sourceResult }),
  z.object({ kind: z.literal('cancelled'), ...cancelledAs }),
  z.object({ kind: z.literal('failed'), error: errorValue }),
])
export type Outcome = z.infer<typeof outcome>

function flowEventOf<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({ seq: z.number().int(), at: z.number().int(), type: z.literal(type), data })
}

/** What the relay tells the page, in order; the last three end the flow. `seq` counts from 1 within a flow. */
export const flowEvent = z.discriminatedUnion('type', [
  flowEventOf('claimed', z.object({})),
  flowEventOf('here', z.object({ doc: z.string() })),
  flowEventOf('step', z.object({ step: z.enum(wizardSteps), source_id: z.number().int().nullable() })),
  flowEventOf('hidden', z.object({ doc: z.string() })),
  flowEventOf('away', z.object({ provider: z.string() })),
  flowEventOf('back', z.object({ error: errorValue.nullable() })),
  flowEventOf(
    'gone',
    z.object({
      reason: z.enum(['closed', 'cancelled', 'crashed', 'abandoned']),
      certainty: z.enum(['confirmed', 'assumed']),
    }),
  ),
  flowEventOf('completed', sourceResult),
  flowEventOf('cancelled', z.object(cancelledAs)),
  flowEventOf('failed', errorValue),
])

/** The key may come as the bearer instead. */
export const cancelRequest = z.strictObject({
  app_key: appKey.optional(),
  reason: z.enum(cancelReasons).optional(),
})

export const relayRequest = z.strictObject({
  app_key: appKey,
  after: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  wait: z.number().int().min(0).max(25).optional(),
})

/** Why the provider did not grant; kept until the next try. */
export const refusal = z.object({
  reason: z.enum(authorizeRefusalReasons),
  provider_code: z.string().nullable(),
  message: z.string(),
})
export type Refusal = z.infer<typeof refusal>

/** The source as the wizard's form needs it. */
export const wizardSource = z.object({
  id: z.number().int(),
  display_name: z.string(),
  /** Without secrets. */
  properties: z.record(z.string(), z.string()),
  /** Names of the secrets that have a value: "leave blank to keep". */
  kept_secrets: z.array(z.string()),
  /** The external account, once the connector could name it. */
  external_account: z.string().nullable(),
  /** Its authorization ends soon, and only another one helps; null: not yet, or never. */
  reconnect_by: z.iso.datetime().nullable(),
})

/** A setting that is asked for after the consent, with its value. */
const choice = propertyInfo
  .pick({ name: true, title: true, description: true, is_required: true })
  .extend({ value: z.string().nullable() })
export type Choice = z.infer<typeof choice>

/** A source, as people know it. */
const sourceName = z.object({ id: z.number().int(), display_name: z.string() })
export type SourceName = z.infer<typeof sourceName>

/** All that the wizard shows, for a claimed flow bound to this browser. */
export const flowState = z.object({
  status: z.enum(['open', 'completed', 'cancelled', 'failed']),
  flow_id: flowId,
  function: z.enum(flowFunctionNames),
  /** Who asks; the logo is a path of our own, `support` where help is had. */
  app: z.object({ name: z.string(), logo: z.string().nullable(), support: z.string().nullable() }),
  /** The account that it is for, and the page that asks. */
  company: z.string(),
  origin: z.string(),
  allowed_origins: z.array(z.string()),
  /** `needed`: every submit is refused until the page was met or the person agreed. */
  consent: z.enum(['proven', 'consented', 'needed']),
  connector: flowConnector,
  /** The steps to show in the navigation, and where the flow is. */
  steps: z.array(z.enum(wizardSteps)),
  step: z.enum([...wizardSteps, 'done']),
  source: wizardSource.nullable(),
  /** The sources that this flow made: what **Discard** deletes. */
  made: z.array(sourceName),
  check: check.nullable(),
  /** The steps that the person can go to: finished ones, and forth to where the flow was. */
  reachable: z.array(z.enum(wizardSteps)),
  refusal: refusal.nullable(),
  /**
   * Authorized for another account than the connected one (`source.external_account`): nothing has changed
   * until the person answers. `name` is null where the connector could not tell.
   */
  other_account: z.object({ name: z.string().nullable(), may_add: z.boolean() }).nullable(),
  /**
   * A source is added for an account that others of the same type are connected with: nothing has changed until the person
   * answers. `sources` are those that are so now, the oldest first; none where they have gone since. The flow may go on with one instead (`may_repair`)
   * where its token allows that.
   */
  same_account: z
    .object({ name: z.string(), sources: z.array(sourceName.extend({ may_repair: z.boolean() })) })
    .nullable(),
  /** What is chosen of the authorized account, and what of it has been; empty before, and where nothing is. */
  choices: z.array(choice),
  /** The value that the next `/authorize` needs; null outside the oauth step. */
  authorize_ticket: z.string().nullable(),
  selected_count: z.number().int(),
  outcome: outcome.nullable(),
  /** The page has the outcome. */
  is_acknowledged: z.boolean(),
  timings: z.object({ proof: z.number(), done: z.number(), call: z.number() }),
})
export type FlowState = z.infer<typeof flowState>
