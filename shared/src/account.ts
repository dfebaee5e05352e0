import { z } from 'zod'
import { givenName } from './given-name.ts'

/** A host name has 253 characters at most; scheme and port come on top. */
const longestOrigin = 300

/** An exact web origin (`https://app.example.com`): no path, no wildcard, never `null`. */
export const webOrigin = z
  .string()
  .max(longestOrigin)
  .refine(
    (text) => {
      try {
        const url = new URL(text)
        const isWeb = url.protocol === 'https:' || url.protocol === 'http:'
        return isWeb && url.origin === text && !url.hostname.includes('*')
      } catch {
        return false
      }
    },
    { message: 'an exact origin such as https://app.example.com' },
  )

/** Who an account is created for. */
export const person = z.object({
  company: givenName.min(1).max(200),
  email: z.email().max(254),
  first_name: givenName.min(1).max(200),
  last_name: givenName.min(1).max(200),
})
export type Person = z.infer<typeof person>

export const createAccount = z.strictObject({
  ...person.shape,
  partner_id: z.string().max(200),
  partner_secret: z.string().max(512),
  /** Accepted for Stitch's sake; there are no regions. */
  region: z.string().max(100).optional(),
})

export const createdAccount = z.object({ access_token: z.string(), stitch_account_id: z.number().int() })

export const account = z.object({
  stitch_account_id: z.number().int(),
  company: z.string(),
  allowed_origins: z.array(webOrigin),
})

export const updateAccount = z.strictObject({ allowed_origins: z.array(webOrigin).max(100) })
