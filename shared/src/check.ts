import { z } from 'zod'
import { verdicts } from './check-verdict.ts'
import { checkErrorCodes } from './errors.ts'

/** Why a check failed, for a person and for a program. */
export const checkFailure = z.object({
  code: z.enum(checkErrorCodes),
  message: z.string(),
  /** The setting at fault, where one can be named. */
  field: z.string().nullable(),
  /** More in words, free of secrets: which schema, which table. */
  detail: z.string().nullable(),
})
export type CheckFailure = z.infer<typeof checkFailure>

/** The phases of a check's work, in order. Before them it may wait for its turn: `queued`. */
export const checkPhases = ['connecting', 'signing_in', 'reading_schema'] as const
export type CheckPhase = (typeof checkPhases)[number]

const phase = z.enum(['queued', ...checkPhases])

/** A connection check with discovery; Stitch's fields, and `failure` in place of raw driver text. */
export const check = z.object({
  name: z.string(),
  mode: z.literal('check'),
  status: z.enum(['running', 'succeeded', 'failed']),
  start_time: z.string(),
  completion_time: z.string().nullable(),
  error: z.boolean(),
  check_exit_status: z.number().int().nullable(),
  discovery_exit_status: z.number().int().nullable(),
  tap_exit_status: z.null(),
  target_exit_status: z.null(),
  discovery_error_message: z.string().nullable(),
  tap_error_message: z.null(),
  target_error_message: z.null(),
  failure: checkFailure.nullable(),
  /** What it says of the settings; null while it runs. With `unknown` it is repeated by itself, and blocks nothing but a discovery. */
  verdict: z.enum(verdicts).nullable().default(null),
  /** While it runs: how far it has come, `queued` until it has its turn. null once it has ended. */
  phase: phase.nullable(),
  /** Streams found; while running, found so far. */
  stream_count: z.number().int(),
  /** The request that asked for it; its lines in the server's log have it too. */
  request_id: z.string().nullable().default(null),
})
export type Check = z.infer<typeof check>

/** Progress of a check, as its event topic carries it. `finished` ends the topic. */
const phaseEvent = z.object({ type: z.literal('phase'), data: z.object({ phase }) })
const streamsEvent = z.object({ type: z.literal('streams'), data: z.object({ count: z.number().int() }) })
const logEvent = z.object({ type: z.literal('log'), data: z.object({ line: z.string() }) })
const finishedEvent = z.object({ type: z.literal('finished'), data: check })
export const checkEvent = z.discriminatedUnion('type', [phaseEvent, streamsEvent, logEvent, finishedEvent])
export type CheckEvent = z.infer<typeof checkEvent>

/** The same as it was recorded: `seq` counts from 1 without gaps, `at` is in milliseconds. */
const recorded = { seq: z.number().int(), at: z.number().int() }
export const recordedCheckEvent = z.discriminatedUnion('type', [
  phaseEvent.extend(recorded),
  streamsEvent.extend(recorded),
  logEvent.extend(recorded),
  finishedEvent.extend(recorded),
])
