import { sql, type SqlBool } from 'kysely'
import { replicationMethods, type ReplicationMethod } from '@bobbin/shared/catalog'
import { accessSentence, readAccess } from './stream-access.ts'
import type { FieldDescription, StreamDescription } from './stream-description.ts'

/** What was chosen for a stream. */
export interface StreamChoice {
  /** null: never chosen. */
  selected: boolean | null
  method: ReplicationMethod | null
  replicationKey: string | null
  viewKeys: readonly string[]
  /** Explicit choices only. A Map, because a field may be called `__proto__`. */
  fields: ReadonlyMap<string, boolean>
}

/** The columns of a `stream` row that hold the choice. */
export interface ChoiceColumns {
  selected: 0 | 1 | null
  replication_method: string | null
  replication_key: string | null
  view_key_properties: string | null
  field_selection: string
}

/**
 * The stored replication key of a stream whose forced INCREMENTAL replication names no key: the connector
 * knows its own. So "INCREMENTAL without a key" (null) is always a choice that is not finished.
 */
const connectorsOwnKey = ''

export function readChoice(row: ChoiceColumns): StreamChoice {
  return {
    selected: row.selected === null ? null : row.selected === 1,
    method: replicationMethods.find((method) => method === row.replication_method) ?? null,
    replicationKey: row.replication_key || null,
    viewKeys: row.view_key_properties === null ? [] : (JSON.parse(row.view_key_properties) as string[]),
    fields: new Map(Object.entries(JSON.parse(row.field_selection) as Record<string, boolean>)),
  }
}

/** A stream that cannot be read is not selected, whatever was chosen while it could. */
export function choiceInForce(choice: StreamChoice, access: string | null): StreamChoice {
  return access !== null && choice.selected ? { ...choice, selected: false } : choice
}

export function writeChoice(choice: StreamChoice, description: StreamDescription): ChoiceColumns {
  const knowsOwnKey = description.forcedMethod === 'INCREMENTAL' && choice.replicationKey === null
  return {
    selected: choice.selected === null ? null : choice.selected ? 1 : 0,
    replication_method: choice.method,
    replication_key: knowsOwnKey ? connectorsOwnKey : choice.replicationKey,
    view_key_properties: choice.viewKeys.length > 0 ? JSON.stringify(choice.viewKeys) : null,
    field_selection: JSON.stringify(Object.fromEntries(choice.fields)),
  }
}

/** The same as a condition. */
export const isSelected = sql<SqlBool>`(selected = 1 and access is null)`

/** Why a stream cannot be selected as it is, in a sentence; from the row alone, so that lists can say it. */
export function blockedSentence(row: {
  access: string | null
  is_view: number
  field_count: number
  replication_method: string | null
  replication_key: string | null
  view_key_properties: string | null
}): string | null {
  const access = readAccess(row.access)
  if (access) return accessSentence(access)
  if (row.field_count === 0) return 'None of its fields can be read.'
  if (row.is_view === 1 && row.view_key_properties === null) return 'Choose the key of this view first.'
  if (row.replication_method === 'INCREMENTAL' && row.replication_key === null) {
    return 'Choose a replication key first.'
  }
  return null
}

/** The same as a condition: nothing is in the way of the row. */
export const isFree = sql<SqlBool>`(access is null and field_count > 0 and (is_view = 0 or view_key_properties is not null)
  and (replication_method is null or replication_method <> 'INCREMENTAL' or replication_key is not null))`

/**
 * The fields that come with the stream if it is selected. Automatic ones always, unsupported ones never,
 * keys in use always, and an explicit choice wins. Where none was made the connector's default decides;
 * where it has none for any field, and nobody picked fields one by one, the stream comes as a whole.
 * Of two fields that exclude each other only one comes: the locked before the chosen before the implied.
 */
export function includedFields(description: StreamDescription, choice: StreamChoice): Set<string> {
  const { fields, exclusions } = description
  const isWhole = comesWhole(description, choice)
  const strengthOf = (field: FieldDescription): Strength | null => {
    if (field.inclusion === 'unsupported') return null
    if (isLocked(field, choice)) return 'locked'
    const chosen = choice.fields.get(field.name)
    if (chosen !== undefined) return chosen ? 'chosen' : null
    return (field.selectedByDefault ?? isWhole) ? 'implied' : null
  }
  const wanted = new Map(fields.map((field) => [field.name, strengthOf(field)]))
  const included = new Set<string>()
  for (const strength of strengths) {
    for (const [name, own] of wanted) {
      if (own !== strength) continue
      if (strength === 'locked' || !hasCommon(exclusions.get(name), included)) included.add(name)
    }
  }
  return new Set([...wanted.keys()].filter((name) => included.has(name)))
}

const strengths = ['locked', 'chosen', 'implied'] as const
type Strength = (typeof strengths)[number]

/** Whether one of those that a field excludes comes. */
export function hasCommon(excluded: ReadonlySet<string> | undefined, included: ReadonlySet<string>): boolean {
  return excluded !== undefined && [...excluded].some((name) => included.has(name))
}

/** Whether nobody can leave the field out. A replication key that the method does not use is never stored. */
export function isLocked(field: FieldDescription, choice: StreamChoice): boolean {
  if (field.inclusion === 'automatic' || choice.viewKeys.includes(field.name)) return true
  return choice.replicationKey === field.name
}

/** Whether fields without choice and default come along. */
export function comesWhole(description: StreamDescription, choice: StreamChoice): boolean {
  const hasDefaults = description.fields.some(
    ({ inclusion, selectedByDefault }) => inclusion === 'available' && selectedByDefault === true,
  )
  return !hasDefaults && ![...choice.fields.values()].includes(true)
}
