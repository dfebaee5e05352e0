import { z } from 'zod'
import { webOrigin } from './account.ts'
import { flowFunctionNames } from './flow-function.ts'
import { timings } from './timings.ts'

/** `POST /v3/sessions/ephemeral`: every scope is optional; absent means all that the account may do. */
export const createEphemeralToken = z.strictObject({
  allowed_origins: z.array(webOrigin).min(1).max(100).optional(),
  types: z.array(z.string().max(200)).min(1).max(100).optional(),
  source_id: z.number().int().positive().optional(),
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
