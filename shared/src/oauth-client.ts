import { z } from 'zod'
import { givenName } from './given-name.ts'

export const oauthClientId = z.string().min(1).max(100)

const name = givenName.max(200).nullable()
/** The provider's name for the registration. It stands in the address that people are sent to. */
const providersId = z
  .string()
  .trim()
  .min(1)
  .max(2_000)
  .regex(/^[\x20-\x7e]*$/, 'This has to be printable ASCII.')
/** As the provider gave it; with `private_key_jwt` the private key, a JWK in JSON. */
const secret = z.string().trim().max(16_384)

export const createOAuthClient = z.strictObject({
  /** The source type that it is for. */
  type: z.string().min(1).max(200),
  client_id: providersId,
  /** Needed where the provider asks who we are by one. Never answered. */
  client_secret: secret.optional(),
  /** For people to tell clients apart. */
  name: name.optional(),
  /**
   * Whether the account's new authorizations of the type go by it, which is so unless told otherwise; the former default
   * is none any more.
   */
  is_default: z.boolean().optional(),
})
export type CreateOAuthClient = z.output<typeof createOAuthClient>

/** What is left out stays. Another `client_id` would be another registration: create that. */
export const updateOAuthClient = z.strictObject({
  client_secret: secret.min(1).optional(),
  name: name.optional(),
  is_default: z.boolean().optional(),
})
export type UpdateOAuthClient = z.output<typeof updateOAuthClient>

/** A registration at a provider, without its secret. */
export const oauthClient = z.object({
  id: oauthClientId,
  type: z.string(),
  client_id: z.string(),
  name: z.string().nullable(),
  is_default: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
})
export type OAuthClientView = z.infer<typeof oauthClient>
