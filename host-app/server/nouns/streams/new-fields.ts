import type { NewFieldsPolicy } from '../../../connectors/new-fields-property.ts'
import { hasCommon, includedFields, isLocked, type StreamChoice } from './stream-choice.ts'
import type { StreamDescription } from './stream-description.ts'

/** A stream as it was before a check found it otherwise. */
interface Before {
  readonly description: StreamDescription
  readonly choice: StreamChoice
}

/**
 * The choice of a selected stream whose fields are others now. What was there comes or stays out as it did; new fields
 * follow the source's policy, but for those that the connector itself leaves out or that exclude one that comes.
 */
export function withNewFields(
  policy: NewFieldsPolicy,
  before: Before,
  description: StreamDescription,
  choice: StreamChoice,
): StreamChoice {
  const came = includedFields(before.description, before.choice)
  const known = new Set(
    before.description.fields.flatMap(({ name, inclusion }) => (inclusion === 'unsupported' ? [] : [name])),
  )
  const takesNew =
    policy === 'include' || (policy === 'when_all_selected' && cameWhole(before.description, came))
  const open = description.fields.filter(
    (field) => field.inclusion === 'available' && !isLocked(field, choice) && !choice.fields.has(field.name),
  )
  const comes = includedFields(description, choice)
  const excludesOne = (name: string) => hasCommon(description.exclusions.get(name), comes)
  const wanted = new Set(
    open.flatMap(({ name, selectedByDefault }) => {
      if (known.has(name)) return came.has(name) ? [name] : []
      return takesNew && selectedByDefault !== false && (comes.has(name) || !excludesOne(name)) ? [name] : []
    }),
  )
  // What would be so by itself is not said: a choice is the person's.
  const fields = new Map(choice.fields)
  for (const { name } of open) if (comes.has(name) && !wanted.has(name)) fields.set(name, false)
  // To name one that comes makes of "the whole stream" "these fields": then all of them are named.
  const isNamed = [...wanted].some((name) => !comes.has(name))
  if (isNamed) for (const name of wanted) fields.set(name, true)
  return { ...choice, fields }
}

/** Whether every field came that could, but for those that the connector leaves out by itself. */
function cameWhole({ fields, exclusions }: StreamDescription, came: ReadonlySet<string>): boolean {
  return fields.every(
    ({ name, inclusion, selectedByDefault }) =>
      came.has(name) ||
      inclusion === 'unsupported' ||
      selectedByDefault === false ||
      hasCommon(exclusions.get(name), came),
  )
}
