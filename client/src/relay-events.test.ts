import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFlowEvent, takeEvents } from './relay-events.ts'

/** As the host writes it. */
const line = (event: { seq: number }) => `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`
const heartbeat = ': \n\n'

describe('the relay’s stream', () => {
  it('gives the same events however the network cuts it', () => {
    const event = fc.record({
      seq: fc.nat(),
      type: fc.string(),
      data: fc.dictionary(fc.string(), fc.string()),
    })
    const item = fc.oneof(event, fc.constant(null))
    fc.assert(
      fc.property(fc.array(item), fc.array(fc.nat(200)), (items, cuts) => {
        const text = items.map((one) => (one ? line(one) : heartbeat)).join('')
        const taken: unknown[] = []
        let buffer = ''
        const places = [...cuts, text.length].toSorted((a, b) => a - b)
        for (const [index, place] of places.entries()) {
          const { events, rest } = takeEvents(buffer + text.slice(places[index - 1] ?? 0, place))
          taken.push(...events)
          buffer = rest
        }
        expect(taken).toEqual(items.filter((one) => one !== null))
        expect(buffer).toBe('')
      }),
    )
  })

  it('hears nothing in heartbeats', () =>
    expect(takeEvents(heartbeat + heartbeat)).toEqual({ events: [], rest: '' }))

  it('keeps what is not complete', () => {
    const { events, rest } = takeEvents(`${line({ seq: 1 })}id: 2\ndata: {"se`)
    expect(events).toEqual([{ seq: 1 }])
    expect(rest).toBe('id: 2\ndata: {"se')
  })
})

describe('an event', () => {
  it('has a number, a type and data', () => {
    const event = { seq: 1, at: 2, type: 'claimed', data: {} }
    expect(parseFlowEvent(event)).toBe(event)
  })

  it.each([
    null,
    undefined,
    'x',
    {},
    { seq: '1', type: 'x', data: {} },
    { seq: 1, data: {} },
    { seq: 1, type: 'x', data: null },
  ])('is not %j', (value) => expect(parseFlowEvent(value)).toBeNull())
})
