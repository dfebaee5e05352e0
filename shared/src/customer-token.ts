import { z } from 'zod'
import { webOrigin } from './account.ts'

const hour = 3_600
const day = 24 * hour

/** `POST /customer/{id}/token`. Stitch has no such thing; OpenInt's lives 30 days where nothing is said, which is a key. */
export const createCustomerToken = z.strictObject({
  validity_in_seconds: z.number().int().min(1).max(day).default(hour),
  /** Pages that may use it; those of the account where nothing is said. */
  allowed_origins: z.array(webOrigin).min(1).max(100).optional(),
})
export type CreateCustomerToken = z.infer<typeof createCustomerToken>

export const createdCustomerToken = z.object({
  customer_id: z.number().int(),
  token: z.string(),
  expires_at: z.string(),
})
