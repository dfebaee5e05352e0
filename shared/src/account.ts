import { z } from 'zod'
import { givenName } from './given-name.ts'
import { supportUrl } from './support-url.ts'

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
  /** What the wizard calls the app that asks; null: the partner's name. */
  app_name: z.string().nullable(),
  /** Where the app's logo is served; null: there is none. */
  app_logo: z.url().nullable(),
  /** Where the app's people get help, https or mailto; null: where the operator says. */
  app_support: z.string().nullable(),
  allowed_origins: z.array(webOrigin),
})

/** A logo has 32 KB at most. */
export const largestLogo = 32_768
/** The same as a data URL. */
const longestLogo = 'data:image/webp;base64,'.length + 4 * Math.ceil(largestLogo / 3)

/** The picture itself: nothing is fetched for it. */
const appLogo = z
  .string()
  .max(longestLogo, { error: 'The picture has more than 32 KB.' })
  .regex(/^data:image\/(png|webp);base64,[A-Za-z0-9+/]+={0,2}$/, {
    error: 'This must be a PNG or WebP picture as a data URL (data:image/png;base64,…).',
  })

/** What is left out stays; null clears. */
export const updateAccount = z.strictObject({
  allowed_origins: z.array(webOrigin).max(100).optional(),
  app_name: givenName.trim().min(1).max(80).nullable().optional(),
  app_logo: appLogo.nullable().optional(),
  app_support: supportUrl.nullable().optional(),
})
export type AccountChange = z.infer<typeof updateAccount>
