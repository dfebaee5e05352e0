import type { FlowEvent } from '@bobbin/shared/window-protocol'

/** Checks the shape of what came by relay or direct link; null when it is no event of ours. */
export function parseFlowEvent(value: unknown): FlowEvent | null {
  if (typeof value !== 'object' || value === null) return null
  const { seq, type, data } = value as Record<string, unknown>
  return Number.isInteger(seq) && typeof type === 'string' && typeof data === 'object' && data
    ? (value as FlowEvent)
    : null
}

/** Takes the complete events out of a buffered event stream; the rest waits for more. */
export function takeEvents(buffer: string): { readonly events: unknown[]; readonly rest: string } {
  const blocks = buffer.split('\n\n')
  const rest = blocks.pop() ?? ''
  const events = blocks.flatMap((block) => {
    const data = /^data: ?(.*)/m.exec(block)?.[1]
    return data ? [JSON.parse(data) as unknown] : [] // without data it is a comment: a heartbeat
  })
  return { events, rest }
}
