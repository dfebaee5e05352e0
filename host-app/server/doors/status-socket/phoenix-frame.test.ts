import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readFrame, replyTo, writeFrame } from './phoenix-frame.ts'

const name = fc.string({ minLength: 1, maxLength: 200 })
const ref = fc.option(fc.string({ maxLength: 200 }))

it('reads what it writes', () => {
  const frame = fc.record({
    joinRef: ref,
    ref,
    topic: name,
    event: name,
    payload: fc.dictionary(fc.string(), fc.string()).map((entries) => ({ ...entries })),
  })
  fc.assert(
    fc.property(frame, (one) => {
      expect(readFrame(writeFrame(one))).toEqual(one)
    }),
  )
})

it('takes whatever is no message for none, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const frame = readFrame(text)
      if (frame) expect(JSON.parse(text)).toHaveLength(5)
    }),
  )
})

it.each([
  ['a number for a ref', '[1,"2","phoenix","heartbeat",{}]'],
  ['no topic', '[null,"2","","heartbeat",{}]'],
  ['a topic that is too long', JSON.stringify([null, '2', 'x'.repeat(201), 'heartbeat', {}])],
  ['a list for a payload', '[null,"2","phoenix","heartbeat",[]]'],
  ['no payload', '[null,"2","phoenix","heartbeat",null]'],
  ['the older serializer', '{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"2"}'],
])('refuses %s', (_, text) => expect(readFrame(text)).toBeNull())

it('answers under the refs of what it answers', () => {
  const asked = readFrame('["3","4","authorization_status:a","phx_join",{}]')!
  expect(writeFrame(replyTo(asked, 'ok', { status: 'active' }))).toBe(
    '["3","4","authorization_status:a","phx_reply",{"status":"ok","response":{"status":"active"}}]',
  )
})
