/*
 * One message of a Phoenix socket, as its serializer of version 2.0.0 writes it: a JSON array of what it answers, its own
 * number, what it is about, what happens there, and with what.
 */

export interface PhoenixFrame {
  /** Of the joining that it belongs to. */
  readonly joinRef: string | null
  /** Which a reply repeats. */
  readonly ref: string | null
  readonly topic: string
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** Characters of a name; those of clients are much shorter. */
const longestName = 200

/** Null for whatever is no such message. */
export function readFrame(text: string): PhoenixFrame | null {
  const parts = parseArray(text)
  if (parts?.length !== 5) return null
  const [joinRef, ref, topic, event, payload] = parts
  if (!isRef(joinRef) || !isRef(ref) || !isName(topic) || !isName(event)) return null
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null
  return { joinRef, ref, topic, event, payload: payload as PhoenixFrame['payload'] }
}

export function writeFrame({ joinRef, ref, topic, event, payload }: PhoenixFrame): string {
  return JSON.stringify([joinRef, ref, topic, event, payload])
}

/** What a message is answered with. */
export function replyTo(
  { joinRef, ref, topic }: PhoenixFrame,
  status: 'ok' | 'error',
  response: Readonly<Record<string, unknown>> = {},
): PhoenixFrame {
  return { joinRef, ref, topic, event: 'phx_reply', payload: { status, response } }
}

function parseArray(text: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longestName

const isRef = (value: unknown): value is string | null =>
  value === null || (typeof value === 'string' && value.length <= longestName)
