import { z } from 'zod'

/** How one signs in, in the words of OpenInt's directory. */
export const authTypes = ['BASIC', 'OAUTH1', 'OAUTH2', 'OAUTH2CC', 'API_KEY', 'CUSTOM'] as const
export type AuthType = (typeof authTypes)[number]

/** A way to sign in to what a connector connects. */
export const authMethod = z.object({
  key: z.string().regex(/^[a-z][a-z0-9_]*$/),
  title: z.string().min(1),
  /** For who has to choose. */
  description: z.string().optional(),
  /** `OAUTH2` has an `oauth` step, of several methods it alone; `CUSTOM`: there is nothing to sign in with, or nothing that the others say. */
  type: z.enum(authTypes),
  /** The settings that it needs to sign in, by name, shown with it alone; the others are the connector's, whatever the method. */
  properties: z.array(z.string()),
})
export type AuthMethod = z.infer<typeof authMethod>

/** How far a connector was tried against what is not ours. */
export const verification = z.object({
  /** In a sentence: what ran against what. */
  how: z.string().min(1),
  /** The day of it. */
  date: z.iso.date(),
  /** The vendor's page that the facts come from; null where there is no vendor. */
  page: z.url().nullable(),
})
