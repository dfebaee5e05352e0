import { z } from 'zod'
import { givenName } from './given-name.ts'

export const accessTokenName = givenName.trim().min(1).max(100)

export const createAccessToken = z.strictObject({ name: accessTokenName.optional() })

const named = z.object({
  id: z.string(),
  name: z.string().nullable(),
  /** The first characters of the token. */
  prefix: z.string(),
  created_at: z.string(),
})

export const createdAccessToken = named.extend({ access_token: z.string() })

export const accessToken = named.extend({
  /** To the minute; null: never used. */
  last_used_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
  /** Whether this very call was made with it. */
  is_current: z.boolean(),
})
