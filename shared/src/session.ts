import { z } from 'zod'
import { webOrigin } from './account.ts'
import { byName } from './by-name.ts'
import { flowFunctionNames } from './flow-function.ts'
import { oauthClientId } from './oauth-client.ts'
import { timings } from './timings.ts'

const streamNames = z.array(z.string().min(1).max(1024)).min(1).max(500)
/** Characters of all names together, and of what is given by them. */
const mostCharacters = 60_000

/**
 * Which streams the flow of a token is about, by `tap_stream_id`, or by `stream_name` where no stream has that as its id.
 * What the page sends changes nothing of it.
 */
export const tokenStreams = z
  .strictObject({
    /** Selected, and not to be unselected in this flow. */
    required: streamNames.optional(),
    /** No others are listed, but for those that are required. */
    allowed: streamNames.optional(),
    /** Not listed. */
    hidden: streamNames.optional(),
  })
  .refine(({ required, hidden }) => !required?.some((name) => hidden?.includes(name)), {
    path: ['hidden'],
    error: 'What is required cannot be hidden.',
  })
  .refine((lists) => Object.values(lists).flat().join('').length <= mostCharacters, {
    error: `All names together have ${mostCharacters} characters at most.`,
  })
export type TokenStreams = z.infer<typeof tokenStreams>

const preset = z
  .strictObject({
    /** As a setting of the source; its type's own rules judge it. */
    value: z.string().min(1).optional(),
    /** The person sees it, and cannot change it. */
    locked: z.boolean().optional(),
    /** The form does not have it. */
    hidden: z.boolean().optional(),
  })
  .refine(({ value, locked, hidden }) => value !== undefined || locked === true || hidden === true, {
    error: 'Give a value, or say that it is locked or hidden.',
  })
export type Preset = z.infer<typeof preset>

/**
 * Settings that the app gives to the source that the flow of a token adds or edits: prefilled, locked, or hidden. Some may be
 * secrets. What the page sends changes nothing of it.
 */
export const tokenProperties = byName(preset, { longestName: 200 }).refine(
  // Of whatever came: it may have other faults.
  (presets) => JSON.stringify(presets).length <= mostCharacters,
  { error: `All of them together have ${mostCharacters} characters at most.` },
)
export type TokenProperties = z.infer<typeof tokenProperties>

/** `POST /v3/sessions/ephemeral`: every scope is optional; absent means all that the account may do. */
export const createEphemeralToken = z.strictObject({
  allowed_origins: z.array(webOrigin).min(1).max(100).optional(),
  types: z.array(z.string().max(200)).min(1).max(100).optional(),
  source_id: z.number().int().positive().optional(),
  streams: tokenStreams.optional(),
  properties: tokenProperties.optional(),
  /** The client, the account's own or the operator's, by which alone the flow authorizes. */
  oauth_client_id: oauthClientId.optional(),
  functions: z.array(z.enum(flowFunctionNames)).min(1).max(flowFunctionNames.length).optional(),
  /** Seconds, at most an hour. */
  expires_in: z
    .number()
    .int()
    .min(1)
    .max(timings.ephemeralToken / 1000)
    .optional(),
})
export type CreateEphemeralToken = z.infer<typeof createEphemeralToken>

export const createdEphemeralToken = z.object({ ephemeral_token: z.string() })
