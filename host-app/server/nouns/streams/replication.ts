import type { ReplicationMethod } from '@bobbin/shared/catalog'
import { writeChoice, type ChoiceColumns, type StreamChoice } from './stream-choice.ts'
import type { FieldDescription, StreamDescription } from './stream-description.ts'

/** How a stream is kept up to date. */
export interface Replication {
  method: ReplicationMethod
  /** null with INCREMENTAL: the connector knows its own key, or one is still to be chosen. */
  key: string | null
}

/**
 * What a stream is replicated by until somebody chooses: the connector's word; else by a key that is clearly
 * right; else everything, each time, which is never wrong. A key that rows keep for life, such as a number or a
 * time of creation, would miss every change, so it has to be chosen.
 */
export function bestReplication(description: StreamDescription): Replication {
  const { forcedMethod, offeredMethods, givenReplicationKeys: given } = description
  const { givenMethod, givenReplicationKey: givenKey } = description
  const usable = description.fields.filter((field) => field.canBeReplicationKey)
  const ownKey = usable.find(({ name }) => name === givenKey)?.name ?? null
  if (forcedMethod === 'INCREMENTAL') {
    const first = given?.find((name) => usable.some((field) => field.name === name))
    return { method: forcedMethod, key: ownKey ?? first ?? null }
  }
  if (forcedMethod !== null) return { method: forcedMethod, key: null }
  const best = ownKey ?? clearKey(description, usable)
  if (givenMethod !== null && offeredMethods.includes(givenMethod)) {
    if (givenMethod !== 'INCREMENTAL') return { method: givenMethod, key: null }
    if (best !== null) return { method: givenMethod, key: best }
  }
  if (best !== null && offeredMethods.includes('INCREMENTAL')) return { method: 'INCREMENTAL', key: best }
  if (offeredMethods.includes('FULL_TABLE')) return { method: 'FULL_TABLE', key: null }
  if (!offeredMethods.includes('INCREMENTAL')) return { method: 'LOG_BASED', key: null }
  return { method: 'INCREMENTAL', key: (usable.find(isTime) ?? usable[0])?.name ?? null }
}

/**
 * An API's connector lists what its vendor can be asked by: one key is the key. A database's lists what has an
 * order, and there only a time says by its name that it moves with every change.
 */
function clearKey(
  { givenReplicationKeys: given, isTable }: StreamDescription,
  usable: readonly FieldDescription[],
): string | null {
  const isVouchedFor = given !== null && !isTable
  if (isVouchedFor && usable.length === 1) return usable[0]?.name ?? null
  return usable.find((field) => tellsOfChange(field.name) && (isVouchedFor || isTime(field)))?.name ?? null
}

const timeOfChange =
  /^(last|row|record|date|time|dt|ts|gmt|system|sys)*(updated?|modified|modify|modification|mod|changed?|edited)(at|on|date|time|datetime|timestamp|stamp|ts|utc|gmt)*$/

function tellsOfChange(name: string): boolean {
  const letters = name.toLowerCase().replace(/[^a-z]/g, '')
  return timeOfChange.test(letters) || letters === 'mtime' || letters === 'writedate'
}

function isTime({ type }: FieldDescription): boolean {
  return /^(date|timestamp)/i.test(type)
}

/**
 * The choice as the stream allows it now: keys whose fields are gone and a method that is no longer to be had
 * give way to the best there is. A view without keys waits for them.
 */
export function settledChoice(description: StreamDescription, choice: StreamChoice): StreamChoice {
  const { forcedMethod, offeredMethods } = description
  const byName = new Map(description.fields.map((field) => [field.name, field]))
  const isUsable = (name: string) => (byName.get(name)?.inclusion ?? 'unsupported') !== 'unsupported'
  const ownViewKeys = description.isView ? description.ownViewKeys : []
  const areAlive = choice.viewKeys.length > 0 && choice.viewKeys.every(isUsable)
  const viewKeys = areAlive ? choice.viewKeys : ownViewKeys.every(isUsable) ? ownViewKeys : []

  const isKeyAlive = choice.replicationKey !== null && byName.get(choice.replicationKey)?.canBeReplicationKey
  const isKept =
    choice.method !== null &&
    offeredMethods.includes(choice.method) &&
    (choice.method !== 'INCREMENTAL' || isKeyAlive === true)
  if (isKept && (forcedMethod === null || forcedMethod === choice.method)) return { ...choice, viewKeys }
  const { method, key } = bestReplication(description)
  return { ...choice, viewKeys, method, replicationKey: key }
}

const nothingChosen: StreamChoice = {
  selected: null,
  method: null,
  replicationKey: null,
  viewKeys: [],
  fields: new Map(),
}

/** The columns of a stream that is found for the first time. It has a method before anybody selects it. */
export function firstChoice(description: StreamDescription): ChoiceColumns {
  return writeChoice(settledChoice(description, nothingChosen), description)
}
