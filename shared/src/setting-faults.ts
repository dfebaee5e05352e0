import { z } from 'zod'

const fault = <Rule extends string, Parameters extends z.ZodRawShape>(rule: Rule, parameters: Parameters) =>
  z.strictObject({ rule: z.literal(rule), parameters: z.strictObject(parameters) })

/**
 * What can be wrong with a setting: the rule that it breaks, and what there is to say of that. Never the value
 * itself, which may be a secret, and never a sentence: those are made where they are shown.
 */
export const settingFault = z.discriminatedUnion('rule', [
  /** Needed, and neither given nor with a default. */
  fault('missing', {}),
  fault('too_long', { most: z.number() }),
  fault('too_short', { least: z.number() }),
  /** The options are named as a person sees them. */
  fault('not_an_option', { options: z.array(z.string()) }),
  fault('not_a_boolean', {}),
  fault('not_a_number', { least: z.number().nullable(), most: z.number().nullable() }),
  /** By the names that JSON Schema has for formats; one of them would do. */
  fault('not_in_format', { formats: z.array(z.string()) }),
  fault('other_form', { example: z.string().nullable() }),
  /** It has the right form, and nothing can be made of it. */
  fault('unreadable', {}),
  /** With the others it makes no address of the service: nobody could be sent there. */
  fault('no_address', {}),
  fault('not_known', {}),
  /** The type has it elsewhere, and not here. */
  fault('not_supported', { reason: z.string() }),
  fault('not_settable', {}),
  /** It can be set once, and was. */
  fault('fixed', {}),
  /** The app that asks has set it, and leaves it to nobody. */
  fault('set_by_app', {}),
  /** A way to sign in for which nobody has registered us at the provider. */
  fault('no_client', { method: z.string() }),
  /** A secret that was entered for other settings: these have changed. */
  fault('needed_again', { changed: z.array(z.string()) }),
])
export type SettingFault = z.infer<typeof settingFault>

/** By the name of the setting. */
export const settingFaults = z.record(z.string(), settingFault)
export type SettingFaults = z.infer<typeof settingFaults>
