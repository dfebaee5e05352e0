import { z } from 'zod'
import { authMethod, verification } from './auth-method.ts'
import { connectorCategories } from './connector-categories.ts'
import { wizardSteps } from './steps.ts'

/** A show-when rule: the property is shown (and counts) only while another one has one of these values. */
export const showWhen = z.object({ property: z.string(), in: z.array(z.string()).min(1) })

/** How the choices that a vendor knows are found. */
const vendorOptions = z.object({
  /** Settings on which they depend: when one changes, they are others. */
  depends_on: z.array(z.string()).optional(),
})

/**
 * One setting of a connector: Stitch's report-card fields and what a good form needs beside them.
 * Values are strings on the wire, booleans (`"true"`, `"false"`) and numbers included, as in Stitch.
 */
export const propertyInfo = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  title: z.string().min(1),
  description: z.string().optional(),
  placeholder: z.string().optional(),
  is_required: z.boolean(),
  /** Sealed, never returned, never pre-filled. */
  is_credential: z.boolean(),
  property_type: z.enum([
    'user_provided',
    'user_provided_immutable',
    'user_provided_advanced',
    'system_provided_by_default',
    'read_only',
  ]),
  /** A change of it makes the authorization void. */
  affects_authorization: z.boolean().default(false),
  /**
   * It says where these secrets go, or how they are protected on the way (host, port, TLS mode, tunnel,
   * endpoint): when it changes, they have to be entered anew. With an `oauth` step, so does the authorization.
   */
  binds: z.array(z.string()).optional(),
  /**
   * As long as it has no value, nothing secret goes anywhere: its first one is how a person consents to the place, and
   * what was entered for it stays. Each change after that, and its removal, binds as ever.
   */
  binds_once_given: z.boolean().optional(),
  /** A running tap may write another value back (a token that it renewed). */
  tap_mutable: z.boolean().optional(),
  /** JSON Schema of the value (always a string): `enum`, `oneOf` with `const` and `title`, `pattern`, `format`, lengths. */
  json_schema: z.record(z.string(), z.unknown()).nullable(),
  /** The control to draw; derived from `json_schema` when absent. */
  control: z.enum(['text', 'secret', 'number', 'switch', 'select', 'multiline']).optional(),
  default: z.string().optional(),
  group: z.string().optional(),
  order: z.number().int(),
  show_when: showWhen.optional(),
  /** Other names by which programs may give it. One that is given rules over its own. */
  also_named: z.array(z.string()).optional(),
  /** Other spellings of values that programs may give, and what they mean. */
  also_spelled: z.record(z.string(), z.string()).optional(),
  /**
   * Longer texts in which people have it, such as the address of a page: where one of these patterns matches a whole text, in
   * any letter case, its first group is the value.
   */
  found_in: z.array(z.string()).optional(),
  /** What stands around it in an address and is not typed, such as `.acme.test`. The description says it, too. */
  affix: z.object({ before: z.string().optional(), after: z.string().optional() }).optional(),
  /** What nearly every value looks like. Another one is warned of and tried all the same: a pattern of the schema refuses. */
  usual_form: z.object({ pattern: z.string(), example: z.string() }).optional(),
  /** By value: what a person has to know who takes it. */
  value_warnings: z.record(z.string(), z.string()).optional(),
  /** The vendor's page that says where it is found. */
  help_url: z.url({ protocol: /^https$/ }).optional(),
  /** What the form starts with where nothing was said. Unlike a default it is sent, and no program has it by itself. */
  suggested: z.string().optional(),
  /** false: for the app to set by the API; the wizard's form leaves it out. */
  in_form: z.boolean().optional(),
  /** Which values there are, the vendor says: `GET /v4/sources/{id}/options/{name}`. */
  vendor_options: vendorOptions.optional(),
  /** `oauth`: it is asked for after the consent and belongs to that step. The form asks for all else. */
  asked_in: z.literal('oauth').optional(),
})
export type PropertyInfo = z.infer<typeof propertyInfo>

/** What an address or a connection string is made of. */
export const addressParts = ['host', 'port', 'user', 'password', 'database', 'tls_mode'] as const
export type AddressPart = (typeof addressParts)[number]

/**
 * Addresses as people copy them elsewhere (`postgres://…`, `host=… port=…`). One that is pasted into a field of the form fills
 * these settings.
 */
export const pastedAddress = z.object({
  /** Of what schemes; lists of `key=value` have none. */
  schemes: z.array(z.string()).min(1),
  fills: z
    .array(
      z.object({
        property: z.string(),
        part: z.enum(addressParts),
      }),
    )
    .min(1),
})

/** What is known of a connector without running it. Pure data; the wizard and the API show it. */
export const connectorInfo = z.object({
  type: z.string().regex(/^[a-z][a-z0-9_.-]*$/),
  slug: z.string().regex(/^[a-z][a-z0-9-]*$/),
  name: z.string().min(1),
  category: z.enum(connectorCategories),
  /** Other words by which people look for it: former names, products, what it holds. */
  keywords: z.array(z.string().min(1)).optional(),
  /** Inline SVG as a `data:` URL, or null for the neutral mark. */
  logo: z.string().startsWith('data:image/svg+xml').nullable(),
  stage: z.enum(['alpha', 'beta', 'released', 'deprecated']),
  /** Absent: nobody has said. */
  verified: verification.optional(),
  /** How one can sign in. With several, the setting `auth_method` says which, and the first is the usual one. */
  auth_methods: z.tuple([authMethod]).rest(authMethod),
  /** The type that takes its place: of one that is deprecated, or has its name from before `platform.`. */
  upgrade_to: z.string().optional(),
  description: z.string(),
  docs_url: z.string().optional(),
  /** The customer sends the data by itself, with an import token. */
  is_push: z.boolean().optional(),
  /** An account has at most one source of it: a catalog offers no second one. */
  is_single: z.boolean().optional(),
  /** What its streams are to its users; `stream` is Singer's word. */
  stream_noun: z.enum(['table', 'object', 'report', 'file']).optional(),
  /** Set by itself: nothing is discovered, and the settings are checked all the same before the wizard is through. */
  is_checked: z.boolean().optional(),
  /** The wizard steps it has, in order. */
  steps: z.array(z.enum(wizardSteps)).min(1),
  properties: z.array(propertyInfo),
  pasted_address: pastedAddress.optional(),
  /** Settings that the type has elsewhere, and not here: who gives one is told why. */
  unsupported: z.array(z.object({ names: z.array(z.string()), reason: z.string() })).optional(),
  /** What the authorization asks for, in words; null without an `oauth` step. */
  authorization: z
    .object({
      provider_name: z.string(),
      scopes: z.array(
        z.object({
          scope: z.string(),
          /** What people call it; the scope itself where nothing is said. */
          display_name: z.string().optional(),
          reason: z.string(),
          is_required: z.boolean(),
        }),
      ),
    })
    .nullable(),
  default_scheduling_interval: z.number().int().nullable(),
  default_start_date: z.string().nullable(),
})
export type ConnectorInfo = z.infer<typeof connectorInfo>

/** A setting as the form of a flow has it. */
export const flowProperty = propertyInfo.extend({
  /** The app has given a value, which is in `default` unless it is a secret; `locked`: nobody changes it in this flow. */
  preset: z.enum(['prefilled', 'locked']).optional(),
})
export type FlowProperty = z.infer<typeof flowProperty>

/** What a flow needs of it: how it is found and chosen is over by then. */
export const flowConnector = connectorInfo
  .omit({
    keywords: true,
    verified: true,
    auth_methods: true,
    is_single: true,
  })
  // By its path: in the page it would come before the form, twice.
  .extend({ logo: z.string().nullable(), properties: z.array(flowProperty) })
export type FlowConnector = z.infer<typeof flowConnector>
