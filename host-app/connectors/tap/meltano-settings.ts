import { z } from 'zod'
import { completeSetting } from './complete-setting.ts'
import { createNames } from './setting-names.ts'
import type { TapSetting } from './tap-file.ts'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

const meltanoSetting = z.looseObject({
  name: z.string().min(1),
  label: z.string().nullish(),
  kind: z.string().nullish(),
  options: z.array(z.looseObject({ value: scalar, label: z.string().nullish() })).nullish(),
  value: z.unknown().optional(),
  description: z.string().nullish(),
  placeholder: z.string().nullish(),
  sensitive: z.boolean().nullish(),
})

/** The settings of a plugin, as Meltano's hub describes them. */
export const meltanoList = z.looseObject({
  settings: z.array(meltanoSetting),
  settings_group_validation: z.array(z.array(z.string())).nullish(),
})

const kinds: Record<string, TapSetting['kind']> = {
  integer: 'integer',
  decimal: 'number',
  boolean: 'boolean',
  date_iso8601: 'date',
  email: 'email',
  array: 'list',
  object: 'json',
}

/** Of each; a dot in a name leads into an object. */
export function meltanoSettings({
  settings,
  settings_group_validation: groups,
}: z.infer<typeof meltanoList>): TapSetting[] {
  const nameOf = createNames()
  // One group is enough for the tap: what is in each of them is needed in any case.
  const needed = (name: string) =>
    groups !== undefined &&
    groups !== null &&
    groups.length > 0 &&
    groups.every((group) => group.includes(name))
  return settings.map((one) => {
    const path = one.name.split('.').filter((part) => part !== '')
    const kind = kinds[one.kind ?? ''] ?? 'text'
    return completeSetting({
      name: nameOf(path),
      in_config: path.length > 0 ? path : [one.name],
      kind,
      title: one.label,
      description: one.description,
      placeholder: one.placeholder,
      required: needed(one.name),
      secret: one.sensitive === true || one.kind === 'password',
      inForm: one.kind !== 'hidden',
      options: one.options?.map(({ value, label }) => ({ value, title: label ?? String(value) })),
      default: one.value,
    })
  })
}
