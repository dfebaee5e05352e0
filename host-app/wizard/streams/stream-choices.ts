import type { ReplicationMethod } from '@bobbin/shared/catalog'
import type { StreamFields } from '@bobbin/shared/wizard-api'
import type { StreamEdit } from './selection.ts'

type Field = StreamFields['fields'][number]

/** Whether a field comes along: the source's word first, then the person's, then the default. */
export function isFieldSelected(
  { name, inclusion, selected, selected_by_default: byDefault }: Field,
  edit: StreamEdit,
) {
  if (inclusion !== 'available') return inclusion === 'automatic'
  // A field may be called `constructor`, which every object has.
  const chosen = edit.fields && Object.hasOwn(edit.fields, name) ? edit.fields[name] : undefined
  return chosen ?? selected ?? byDefault
}

/** The fields that a key-based replication can go by. */
export function possibleKeys({ valid_replication_keys: valid, fields }: StreamFields): readonly string[] {
  if (valid.length > 0) return valid
  return fields.filter((field) => field.can_be_replication_key).map(({ name }) => name)
}

export function methodOf(fields: StreamFields, edit: StreamEdit): ReplicationMethod | null {
  return fields.forced_replication_method ?? edit.replication_method ?? fields.replication_method
}

export function keyOf(fields: StreamFields, edit: StreamEdit): string | null {
  return edit.replication_key === undefined ? fields.replication_key : edit.replication_key
}

/** The edit that a choice of method makes: key-based needs a key, so the likeliest one is chosen with it. */
export function chooseMethod(fields: StreamFields, edit: StreamEdit, method: ReplicationMethod): StreamEdit {
  if (method !== 'INCREMENTAL') return { replication_method: method }
  return {
    replication_method: method,
    replication_key: keyOf(fields, edit) ?? possibleKeys(fields)[0] ?? null,
  }
}

export function viewKeysOf(fields: StreamFields, edit: StreamEdit): readonly string[] {
  return edit.view_key_properties ?? fields.view_key_properties
}

/** The edit that makes a field a key of its view, or no longer. */
export function toggleViewKey(fields: StreamFields, edit: StreamEdit, name: string): StreamEdit {
  const keys = viewKeysOf(fields, edit)
  return { view_key_properties: keys.includes(name) ? keys.filter((key) => key !== name) : [...keys, name] }
}

/** The chosen field that does not go together with this one; null while nothing is in its way. */
export function excludedBy({ fields }: StreamFields, edit: StreamEdit, field: Field): string | null {
  if (field.excludes.length === 0 || isFieldSelected(field, edit)) return null
  const other = fields.find((one) => field.excludes.includes(one.name) && isFieldSelected(one, edit))
  return other?.name ?? null
}

/** The edit that ticks or unticks all of these that can be; of those that exclude each other the first. */
export function chooseFields(
  { fields }: StreamFields,
  edit: StreamEdit,
  some: readonly Field[],
  isSelected: boolean,
): StreamEdit {
  const taken = new Set(fields.filter((field) => isFieldSelected(field, edit)).map(({ name }) => name))
  const chosen = new Map<string, boolean>()
  for (const { name, inclusion, excludes } of some) {
    const isFree = taken.has(name) || !excludes.some((other) => taken.has(other))
    if (inclusion !== 'available' || (isSelected && !isFree)) continue
    chosen.set(name, isSelected)
    if (isSelected) taken.add(name)
  }
  return { fields: Object.fromEntries(chosen) }
}

/** How many of the fields can be chosen as things stand, and how many of those are. */
export function tallyFields(
  stream: StreamFields,
  edit: StreamEdit,
  some: readonly Field[],
): { selectable: number; selected: number } {
  const possible = some.filter(
    (field) => field.inclusion === 'available' && excludedBy(stream, edit, field) === null,
  )
  return {
    selectable: possible.length,
    selected: possible.filter((field) => isFieldSelected(field, edit)).length,
  }
}
