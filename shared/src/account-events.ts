import { z } from 'zod'
import { checkErrorCodes } from './errors.ts'
import { errorValue, flowId, outcome, sourceResult } from './flow.ts'
import { flowFunctionNames } from './flow-function.ts'
import { sourceId } from './source.ts'

/** What an account is told of one type: a sentence for people, and the shape of `data`, whose fields say what they are. */
interface EventFacts {
  readonly sentence: string
  readonly data: z.ZodObject
}

const ofSource = z.strictObject({ source_id: sourceId.describe('The source.') })
const ofFlow = z.strictObject({
  flow_id: flowId.describe('The run of the wizard, as the page knows it (`flowId`).'),
  function: z.enum(flowFunctionNames).describe('The function of the client that opened it.'),
  type: z.string().describe('The source type.'),
  source_id: sourceId.nullable().describe('The source; null where the run ended before there was one.'),
})
const grantRole = z
  .string()
  .optional()
  .describe('Which of several grants of one consent, such as `user`; absent of the main one.')
const ofWebhook = z.strictObject({ webhook_id: z.string().describe('The webhook.') })

const checkName = z.string().describe('The check, for `GET /v4/sources/{id}/checks/{name}`.')

const [, cancelled] = outcome.options

/**
 * The one list of what happens in an account: its feed, its webhooks and their documentation come from
 * here. `data` never holds a secret, nor anything of the end customer's data but names of streams.
 */
export const accountEvents = {
  'source.created': {
    sentence: 'A source was created.',
    data: ofSource.extend({
      type: z.string().describe('Its source type.'),
      display_name: z.string().describe('What the person called it.'),
    }),
  },
  'source.authorized': {
    sentence: 'The provider granted access to a source, for the first time or again.',
    data: ofSource,
  },
  'source.check_succeeded': {
    sentence: 'A check of a source went through; its streams are those that it found.',
    data: ofSource.extend({
      check_name: checkName,
      stream_count: z.number().int().min(0).describe('How many streams were found.'),
    }),
  },
  'source.check_failed': {
    sentence: 'A check of a source failed; `code` says why, `field` names the setting at fault.',
    data: ofSource.extend({
      check_name: checkName,
      code: z.enum(checkErrorCodes).describe('Why, as a word of the table of failures.'),
      field: z.string().nullable().describe('The setting at fault; null where none is.'),
      verdict: z
        .enum(['refused', 'unknown'])
        .default('refused')
        .describe(
          'Whether the settings are refused, or nothing can be told of them now: then it is repeated.',
        ),
    }),
  },
  'source.configured': {
    sentence: 'A source has become fully configured: all its steps are done, it can be read.',
    data: ofSource,
  },
  'source.updated': {
    sentence: 'Name, settings, pause or schedule of a source changed; `changed` names what.',
    data: ofSource.extend({
      changed: z
        .array(z.string())
        .min(1)
        .describe('Which of `display_name`, `properties`, `paused_at` changed.'),
    }),
  },
  'source.deleted': {
    sentence:
      'A source was deleted and its credentials erased. What its provider had granted is revoked there: ' +
      '`credentials.disconnected` tells.',
    data: ofSource,
  },
  'credentials.expiring': {
    sentence:
      'The authorization of a source ends soon and only the user can give another: it comes a day before where it cannot be ' +
      'renewed at all, and 14 days before, or at the last third of a shorter life, where its provider lets it live no longer.',
    data: ofSource.extend({ role: grantRole, expires_at: z.iso.datetime().describe('When it ends.') }),
  },
  'credentials.revoked': {
    sentence:
      'The provider no longer accepts the authorization of a source. The user has to authorize again.',
    data: ofSource,
  },
  'credentials.partly_revoked': {
    sentence:
      'The provider no longer accepts one of several grants of a source. The source goes on without it; the user gives it ' +
      'back by authorizing again.',
    data: ofSource.extend({ role: z.string().describe('Which of them, such as `user`.') }),
  },
  'credentials.disconnected': {
    sentence:
      'An authorization of a source was given up and erased here; `at_provider` says what became of it there. It comes ' +
      'once that is known, within a day: after `source.deleted`, too.',
    data: ofSource.extend({
      role: grantRole,
      because: z
        .enum(['deleted', 'replaced', 'dropped'])
        .describe(
          'Whether the source was deleted, another authorization took its place, or the person did not keep what they ' +
            'had granted in a run of the wizard.',
        ),
      at_provider: z
        .enum(['revoked', 'not_offered', 'in_use', 'failed'])
        .describe(
          'Whether it has ended there (`revoked`). Else it may still be listed at the provider, where the user can end it: ' +
            'the connector has no way to revoke it, or none to revoke it alone (`not_offered`), another connection of yours ' +
            'to the same account there would have ended with it (`in_use`), or the provider did not do it for a day (`failed`).',
        ),
      clean_up: z
        .enum(['done', 'failed'])
        .optional()
        .describe(
          'Whether what the connector had put up at the vendor, such as webhooks, was taken down before; absent where there was ' +
            'nothing to take down, or another connection needs it.',
        ),
    }),
  },
  'schema.changed': {
    sentence: 'A check found other streams than the one before it.',
    data: ofSource.extend({
      added: z.number().int().min(0).describe('Streams that were not there before.'),
      changed: z.number().int().min(0).describe('Streams whose fields or keys are others.'),
      removed: z.number().int().min(0).describe('Streams that are gone.'),
    }),
  },
  'streams.selected': {
    sentence:
      'Other streams or fields of a source are selected, or replicated in another way. It comes once for each change.',
    data: ofSource.extend({
      version: z
        .number()
        .int()
        .describe(
          'Of the selection: it is greater with every change, so that the latest of several is known.',
        ),
      selected_streams_count: z.number().int().min(0).describe('How many streams are selected now.'),
      added: z.number().int().min(0).describe('How many of them were not before.'),
      removed: z.number().int().min(0).describe('Streams that were selected before.'),
      changed: z
        .number()
        .int()
        .min(0)
        .describe('Streams selected before and now, with other fields, another method or other keys.'),
      is_finished: z
        .boolean()
        .describe(
          'Whether the step `field_selection` is finished by it. False: nothing is left, so the report card is at ' +
            '`field_selection` and the source is not fully configured.',
        ),
    }),
  },
  'flow.completed': {
    sentence: 'A run of the wizard came to its end; `data` has the source as the page got it.',
    data: ofFlow.extend({
      ...sourceResult.shape,
      ignored_token_streams: z
        .array(z.string())
        .describe('Names in the `streams` of the ephemeral token that no stream has.'),
    }),
  },
  'flow.cancelled': {
    sentence: 'A run of the wizard was cancelled, or its window closed.',
    data: ofFlow.extend({
      reason: cancelled.shape.reason.describe(
        'Whether the person cancelled, the window was closed, or the page aborted.',
      ),
      error: errorValue
        .nullable()
        .describe('What the page was told where the provider had not granted before; else null.'),
      discarded: cancelled.shape.discarded.describe(
        'Whether the person chose to discard what the run had made: `source.deleted` was told before.',
      ),
    }),
  },
  'flow.failed': {
    sentence: 'A run of the wizard failed; `code` says why.',
    data: ofFlow.extend(errorValue.shape),
  },
  'webhook.test': {
    sentence: 'Somebody asked for a test of a webhook. It is sent to that webhook only.',
    data: ofWebhook,
  },
  'webhook.disabled': {
    sentence: 'A webhook was disabled: its receiver is gone (410), or took nothing for five days.',
    data: ofWebhook.extend({ reason: z.enum(['gone', 'failing']).describe('Which of the two.') }),
  },
} as const satisfies Record<string, EventFacts>

export type AccountEventType = keyof typeof accountEvents
export const accountEventTypes = Object.keys(accountEvents) as [AccountEventType, ...AccountEventType[]]
export type AccountEventData<Type extends AccountEventType> = z.input<(typeof accountEvents)[Type]['data']>

/** An entry of the account's ordered feed, as read and as streamed. */
export const accountEvent = z.object({
  /** Stable and unique; also the `webhook-id` of its deliveries. */
  id: z.string(),
  /** Counts from 1 within the account, without gaps. */
  seq: z.number().int().positive(),
  /** Milliseconds since 1970. */
  at: z.number().int(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
})
export type AccountEvent = z.infer<typeof accountEvent>
