import { int16, int32, message } from './hostile-server.testing.ts'
import { randomOf } from '../../../scripts/soak-size.mjs'
import type { Tamper } from './genuine-server.testing.ts'

type Random = ReturnType<typeof randomOf>

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random(items.length)] as Item
const extremes = [-2_147_483_648, -32_768, -2, -1, 0, 1, 2, 3, 4, 255, 32_767, 65_536, 2_147_483_647]
const kinds = 'RENSKZTDtCAGHWdcfnsI123vVX@\0\u00ff'.split('')
const signIns = [0, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 99, -1]

function anything(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: random(most) }, () => (random(3) === 0 ? 0 : random(256))))
}

/** Each makes something else of the messages of one answer. */
const tricks: ((messages: Buffer[], random: Random) => Buffer[])[] = [
  // Some bytes are others.
  (messages, random) =>
    changeOne(messages, random, (bytes) => {
      for (let left = 1 + random(4); left > 0; left -= 1) {
        if (bytes.length > 0) bytes[random(bytes.length)] = pick(random, [0, 1, 127, 128, 255, random(256)])
      }
      return bytes
    }),
  // A length lies.
  (messages, random) =>
    changeOne(messages, random, (bytes) => {
      if (bytes.length >= 5) bytes.writeInt32BE(pick(random, extremes), 1)
      return bytes
    }),
  // A count or a length inside lies.
  (messages, random) =>
    changeOne(messages, random, (bytes) => {
      const at = 5 + random(Math.max(1, bytes.length - 5))
      if (random(2) === 0 && at + 2 <= bytes.length) int16(pick(random, extremes)).copy(bytes, at)
      else if (at + 4 <= bytes.length) int32(pick(random, extremes)).copy(bytes, at)
      return bytes
    }),
  // The body is cut or grown, and its length is right.
  (messages, random) =>
    changeOne(messages, random, (bytes) => {
      const body = bytes.subarray(5, 5 + random(bytes.length))
      return message(kindOf(bytes), random(2) === 0 ? body : Buffer.concat([body, anything(random, 40)]))
    }),
  // The bytes stop in the middle.
  (messages, random) => changeOne(messages, random, (bytes) => bytes.subarray(0, random(bytes.length + 1))),
  (messages, random) => messages.toSpliced(random(messages.length), 1),
  (messages, random) => insert(messages, random, pick(random, messages)),
  (messages, random) => insert(messages, random, message(pick(random, kinds), anything(random, 60))),
  (messages, random) =>
    insert(
      messages,
      random,
      message('R', Buffer.concat([int32(pick(random, signIns)), anything(random, 30)])),
    ),
  (messages, random) => insert(messages, random, message(pick(random, ['E', 'N']), anything(random, 60))),
  (messages, random) => insert(messages, random, anything(random, 200)),
  // Twice over would be more than the server itself can hold.
  (messages, random) =>
    messages.length > 50 ? messages : Array.from({ length: 1 + random(200) }, () => messages).flat(),
  (messages) => messages.toReversed(),
  // It hangs up.
  (messages, random) => messages.toSpliced(random(messages.length), Infinity, Buffer.alloc(0)),
]

function changeOne(messages: Buffer[], random: Random, change: (bytes: Buffer) => Buffer): Buffer[] {
  const at = random(messages.length)
  const bytes = messages[at]
  return bytes ? messages.with(at, change(Buffer.from(bytes))) : messages
}

function insert(messages: Buffer[], random: Random, one: Buffer | undefined): Buffer[] {
  return one ? messages.toSpliced(random(messages.length + 1), 0, one) : messages
}

const kindOf = (bytes: Buffer) => bytes.toString('latin1', 0, 1)

/** A conversation that goes wrong at one answer or several; the same one for the same seed and number. */
export function tamperBy(seed: number, index: number): Tamper {
  const random = randomOf(Math.imul(seed, 1_000_003) + index)
  const at = random(8)
  return (answer, number) => {
    let messages = [...answer]
    if (number === at || random(20) === 0) {
      for (let left = 1 + random(3); left > 0; left -= 1) messages = pick(random, tricks)(messages, random)
    }
    // In one piece, as they are, or byte by byte.
    const how = random(8)
    const hangsUp = messages.findIndex((bytes) => bytes.length === 0)
    const said = Buffer.concat(hangsUp === -1 ? messages : messages.slice(0, hangsUp))
    const pieces =
      how < 4
        ? [said]
        : how < 7
          ? messages
          : [...said.subarray(0, 300)].map((byte) => Buffer.from([byte])).concat(said.subarray(300))
    const spoken = pieces.filter(({ length }) => length > 0)
    return hangsUp === -1 ? spoken : [...spoken, Buffer.alloc(0)]
  }
}
