import type { ReplicationMethod } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'
import { bestReplication } from './replication.ts'
import { includedFields, isLocked, type StreamChoice } from './stream-choice.ts'
import { accessSentence } from './stream-access.ts'
import type { FieldDescription, StreamDescription } from './stream-description.ts'

/** A wish about one stream; what is absent stays as it is. */
export interface ChoiceChange {
  selected?: boolean | null | undefined
  /** null takes an explicit choice back. */
  fields?: ReadonlyMap<string, boolean | null> | undefined
  /** null takes it back: the stream then has the best one there is. */
  method?: ReplicationMethod | null | undefined
  /** A key alone asks for INCREMENTAL; null alone takes the choice of method back. */
  replicationKey?: string | null | undefined
  viewKeys?: readonly string[] | undefined
}

export type Ruling = { choice: StreamChoice } | { fault: string; isUnsupportedField?: boolean }

/**
 * The choice after the change, or the sentence that says why not. The rules of both doors:
 * unsupported fields never, automatic ones always (a wish to leave them out is without effect), a view
 * needs its keys, INCREMENTAL needs a key that can be one, a forced method stays, the log only where it is
 * offered, and no two fields that exclude each other.
 */
export function changeChoice(
  description: StreamDescription,
  before: StreamChoice,
  change: ChoiceChange,
): Ruling {
  const byName = new Map(description.fields.map((field) => [field.name, field]))
  const next: StreamChoice = {
    selected: change.selected === undefined ? before.selected : change.selected,
    ...changeReplication(description, before, change),
    viewKeys: change.viewKeys ?? before.viewKeys,
    fields: before.fields,
  }

  const fault =
    (change.selected === true && description.access ? accessSentence(description.access) : null) ??
    methodFault(description, change) ??
    viewKeyFault(description, byName, change.viewKeys ?? []) ??
    replicationKeyFault(description, byName, next, change)
  if (fault) return { fault }

  const fields = changeFields(byName, next, change.fields ?? new Map<string, boolean | null>())
  if ('fault' in fields) return fields
  const choice = { ...next, fields: fields.choices }
  if (choice.selected && description.isView && choice.viewKeys.length === 0) {
    return { fault: 'Choose the key of this view first.' }
  }
  // A stream that is only put aside keeps what a later discovery made of its fields.
  const isPutAside = choice.selected === false && Object.keys(change).every((key) => key === 'selected')
  const excluded = isPutAside ? null : exclusionFault(description, choice)
  return excluded === null ? { choice } : { fault: excluded }
}

function changeReplication(
  description: StreamDescription,
  before: StreamChoice,
  { method: wish, replicationKey: key }: ChoiceChange,
): Pick<StreamChoice, 'method' | 'replicationKey'> {
  const { forcedMethod, offeredMethods } = description
  const isTakenBack = wish === null || (wish === undefined && key === null)
  const asksForKey = typeof key === 'string' && (wish ?? null) === null
  const best = bestReplication(description)
  const method =
    forcedMethod ??
    (asksForKey && offeredMethods.includes('INCREMENTAL')
      ? 'INCREMENTAL'
      : isTakenBack
        ? best.method
        : (wish ?? before.method ?? best.method))
  // A key that FULL_TABLE or LOG_BASED does not use is forgotten.
  if (method !== 'INCREMENTAL') return { method, replicationKey: null }
  if (isTakenBack && !asksForKey) return { method, replicationKey: best.key }
  return { method, replicationKey: key === undefined ? (before.replicationKey ?? best.key) : key }
}

/** Two fields that cannot be combined, both chosen or both in use. What comes by itself gives way instead. */
export function exclusionFault(
  { fields, exclusions }: StreamDescription,
  choice: StreamChoice,
): string | null {
  if (exclusions.size === 0) return null
  const wanted = new Map<string, FieldDescription>()
  for (const field of fields) {
    const isWanted = isLocked(field, choice) || choice.fields.get(field.name) === true
    if (field.inclusion === 'unsupported' || !isWanted) continue
    for (const other of exclusions.get(field.name) ?? []) {
      const earlier = wanted.get(other)
      // Two that always come are the source's own business.
      if (!earlier || (earlier.inclusion === 'automatic' && field.inclusion === 'automatic')) continue
      return `The fields "${isolated(other)}" and "${isolated(field.name)}" cannot be selected together.`
    }
    wanted.set(field.name, field)
  }
  return null
}

/** For people: a stream of which nothing would come is a mistake. A program may send its fields later. */
export function emptySelectionFault(description: StreamDescription, choice: StreamChoice): string | null {
  if (!choice.selected || includedFields(description, choice).size > 0) return null
  return 'Choose at least one field.'
}

function methodFault(
  { forcedMethod, offeredMethods, isView }: StreamDescription,
  { method }: ChoiceChange,
): string | null {
  if (method === undefined || method === null) return null
  if (forcedMethod !== null && method !== forcedMethod) {
    return `The replication method of this stream is always ${forcedMethod}.`
  }
  if (offeredMethods.includes(method)) return null
  if (isView && method === 'LOG_BASED') return 'A view cannot be replicated from the log.'
  return `The replication method ${method} is not offered for this stream.`
}

function viewKeyFault(
  { isView }: StreamDescription,
  byName: ReadonlyMap<string, FieldDescription>,
  viewKeys: readonly string[],
): string | null {
  if (viewKeys.length === 0) return null
  if (!isView) return 'Only a view takes a key of its own.'
  const unusable = viewKeys.find((name) => (byName.get(name)?.inclusion ?? 'unsupported') === 'unsupported')
  return unusable === undefined ? null : `The field "${isolated(unusable)}" cannot be part of the key.`
}

function replicationKeyFault(
  { forcedMethod }: StreamDescription,
  byName: ReadonlyMap<string, FieldDescription>,
  next: StreamChoice,
  change: ChoiceChange,
): string | null {
  const { method, replicationKey } = next
  const isTouched =
    change.method !== undefined || change.replicationKey !== undefined || next.selected === true
  if (!isTouched) return null
  if (replicationKey !== null && !byName.get(replicationKey)?.canBeReplicationKey) {
    return `The field "${isolated(replicationKey)}" cannot be the replication key.`
  }
  const isMissing = method === 'INCREMENTAL' && forcedMethod === null && replicationKey === null
  return isMissing ? 'Choose a replication key first.' : null
}

function changeFields(
  byName: ReadonlyMap<string, FieldDescription>,
  next: StreamChoice,
  wishes: ReadonlyMap<string, boolean | null>,
): { choices: Map<string, boolean> } | { fault: string; isUnsupportedField?: boolean } {
  const choices = new Map(next.fields)
  for (const [name, wish] of wishes) {
    const field = byName.get(name)
    if (!field) return { fault: `There is no field "${isolated(name)}".` }
    if (field.inclusion === 'unsupported' && wish === true) {
      const why = field.reason ? ` ${field.reason}` : ''
      return { fault: `The field "${isolated(name)}" cannot be selected.${why}`, isUnsupportedField: true }
    }
    if (field.inclusion !== 'available') continue
    if (wish === false && isLocked(field, next)) {
      return { fault: `The field "${isolated(name)}" is a key in use, so it cannot be left out.` }
    }
    if (wish === null) choices.delete(name)
    else choices.set(name, wish)
  }
  // A field that has just become a key comes along, whatever was chosen before.
  for (const [name, isChosen] of choices) {
    const field = byName.get(name)
    if (!field || (!isChosen && isLocked(field, next))) choices.delete(name)
  }
  return { choices }
}
