import { z } from 'zod'
import { byName } from './by-name.ts'
import { propertyInfo } from './connector-info.ts'
import { givenName } from './given-name.ts'
import { oauthClientId } from './oauth-client.ts'
import { stepTypes } from './steps.ts'

export const sourceId = z.number().int().positive()

const timestamp = z.string()

/** A property inside a report card: what the form needs, and whether it has a value. */
export const reportCardProperty = propertyInfo.extend({
  provided: z.boolean(),
  /** Stitch's, superseded by `property_type`. */
  system_provided: z.boolean(),
  tap_mutable: z.boolean(),
})

export const reportCardStep = z.object({
  type: z.enum(stepTypes),
  properties: z.array(reportCardProperty),
})

/** Where a source stands. `current_step` counts from 1 and always agrees with `current_step_type`. */
export const reportCard = z.object({
  type: z.string(),
  current_step: z.number().int().min(1),
  current_step_type: z.enum(stepTypes),
  steps: z.array(reportCardStep),
})
export type ReportCard = z.infer<typeof reportCard>

export const sourceType = reportCard.extend({
  name: z.string(),
  slug: z.string(),
  category: z.string(),
  /** Its URL; null: it has none of its own. */
  logo: z.string().nullable(),
  description: z.string(),
  details: z.object({
    access: z.boolean(),
    pricing_tier: z.literal('standard'),
    pipeline_state: z.enum(['alpha', 'beta', 'released', 'deprecated']),
    default_start_date: z.string().nullable(),
    default_scheduling_interval: z.number().int().nullable(),
    protocol: z.string(),
    /** Stitch's; here a connector is code of this host and has no image. */
    image_version: z.null(),
  }),
  upgrade_available: z.object({ type: z.string() }).nullable(),
})
export type SourceType = z.infer<typeof sourceType>

const nextFireTime = z.string()

/** When a source is run, in UTC. */
export const schedule = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('interval'),
    unit: z.literal('minute'),
    interval: z.number().int().positive(),
    next_fire_time: nextFireTime,
  }),
  /** A Quartz expression. `next_fire_time` is null once its last year is over. */
  z.object({
    type: z.literal('cron'),
    cron_expression: z.string(),
    next_fire_time: nextFireTime.nullable(),
  }),
])
export type Schedule = z.infer<typeof schedule>

/** A configured instance of a connector. `properties` never holds a secret. */
export const source = z.object({
  id: sourceId,
  type: z.string(),
  display_name: z.string(),
  name: z.string(),
  properties: z.record(z.string(), z.string()),
  /** null while it is not fully configured, paused or deleted, and where the type is not pulled. */
  schedule: schedule.nullable(),
  check_job_name: z.string().nullable(),
  paused_at: timestamp.nullable(),
  system_paused_at: timestamp.nullable(),
  deleted_at: timestamp.nullable(),
  created_at: timestamp,
  updated_at: timestamp,
  stitch_client_id: z.number().int(),
  /** The account's OAuth client that was chosen for this source alone; null: its default one, else the operator's. */
  oauth_client_id: z.string().nullable(),
  /** When its authorization ends whatever happens, the first of several grants; null: not, as far as its provider says. */
  authorization_expires_at: timestamp.nullable(),
  report_card: reportCard,
})
export type Source = z.infer<typeof source>

/** Which sources a list has. `paused` ones are not deleted, `active` ones are neither. */
export const sourceFilter = z.object({
  type: z.string().max(100).optional().describe('Only sources of this type.'),
  state: z
    .enum(['active', 'paused', 'deleted'])
    .optional()
    .describe('Only sources that stand so: `paused` ones are not deleted, `active` ones are neither.'),
})
export type SourceFilter = z.infer<typeof sourceFilter>

/** Settings are strings, as in Stitch; an empty string is refused where a value is needed. */
const settingNames = { longestName: 200 }
/** A bundle of certificates has a few hundred of them. */
const longestSetting = 262_144
export const properties = byName(z.string().max(longestSetting), settingNames)

/** A program's number or boolean stands for the text that spells it. */
const givenSetting = z.union([z.string().max(longestSetting), z.number(), z.boolean()])
export type GivenSetting = z.infer<typeof givenSetting>

export const createSource = z.strictObject({
  type: z.string().min(1).max(200),
  display_name: givenName.min(1).max(200),
  properties: byName(givenSetting.nullable(), settingNames).optional(),
  destination_id: z.number().int().optional(),
  /** The account's OAuth client by which this source is to be authorized, where that is not its default one. */
  oauth_client_id: oauthClientId.nullable().optional(),
})

/** What a clone is: settings and secrets of another source, paused, to be authorized and checked anew. */
export const cloneSource = z.strictObject({
  /** Absent: the original's name and "(copy)". */
  display_name: givenName.min(1).max(200).optional(),
  /** Copies the streams and what is selected of them. The selection counts once the clone's own check succeeded. */
  with_selection: z.boolean().optional(),
})

/** A day alone, or one of the many ways to write a time by hand, means another moment to everybody. */
const pauseTime = z.iso.datetime({
  offset: true,
  error: 'This has to be an ISO 8601 date-time with its offset, such as 2026-11-25T10:00:00Z, or null.',
})

export const updateSource = z.strictObject({
  display_name: givenName.min(1).max(200).optional(),
  /** Merged into the present ones; null removes an optional one. */
  properties: byName(givenSetting.nullable(), settingNames).optional(),
  /** Any time pauses at once; null ends the pause. */
  paused_at: pauseTime.nullable().optional(),
  /** Counts from the next authorization on; null: the account's default one, else the operator's. */
  oauth_client_id: oauthClientId.nullable().optional(),
  destination_id: z.number().int().optional(),
})
