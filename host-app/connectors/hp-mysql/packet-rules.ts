/*
 * The form that packets of a server must have. The driver believes what it reads: whatever is shorter than it says, or
 * longer, must not reach it.
 */

/** A packet that is not what its place asks for. */
export class MalformedPacket extends Error {
  override readonly name = 'MalformedPacket'
}

/** Bits of the greeting, of both halves. */
const secureConnection = 0x8000
const pluginAuth = 0x8_0000

/** The version's end, and after it the fixed part; then twelve bytes of the challenge at least. */
const fixedGreeting = 4 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10
const mostVersion = 256

/** The server's first word, by the tenth version of the protocol. */
export function requireGreeting(body: Buffer): void {
  const end = body.indexOf(0, 1)
  if (end < 0 || end > mostVersion) throw new MalformedPacket()
  const fixed = end + 1
  if (body.length < fixed + fixedGreeting + 12) throw new MalformedPacket()
  const flags = body.readUInt16LE(fixed + 13) + body.readUInt16LE(fixed + 18) * 0x1_0000
  if (!(flags & secureConnection)) throw new MalformedPacket()
  if (flags & pluginAuth && body.indexOf(0, fixed + fixedGreeting + 12) < 0) throw new MalformedPacket()
}

/** An error: its number, and a text. */
export function requireError(body: Buffer): void {
  if (body.length < 3) throw new MalformedPacket()
}

/** Six texts, on MariaDB perhaps a block of what it adds, and twelve bytes. */
export function requireColumn(body: Buffer): void {
  let at = 0
  for (let text = 0; text < 6; text++) at = afterText(body, at)
  if (!isLastOfColumn(body, at)) at = afterText(body, at)
  if (!isLastOfColumn(body, at)) throw new MalformedPacket()
}

function isLastOfColumn(body: Buffer, at: number): boolean {
  return body.length - at === 13 && body[at] === 0x0c
}

/** As many texts or nulls as there are columns, and nothing else. */
export function requireRow(body: Buffer, columns: number): void {
  let at = 0
  for (let column = 0; column < columns; column++) at = body[at] === 0xfb ? at + 1 : afterText(body, at)
  if (at !== body.length) throw new MalformedPacket()
}

/** That nothing went wrong and there are no rows: counts, then the server's state. */
export function requireOk(body: Buffer): void {
  const at = afterNumber(body, afterNumber(body, 1))
  if (body.length < at + 4) throw new MalformedPacket()
  requireLastAnswer(body.readUInt16LE(at))
}

/** The end of columns, or of rows. */
export function requireEnd(body: Buffer): void {
  if (!isEnd(body)) throw new MalformedPacket()
  requireLastAnswer(body.readUInt16LE(3))
}

export function isEnd(body: Buffer): boolean {
  return body[0] === 0xfe && body.length === 5
}

/** Nobody asked for more than one. */
function requireLastAnswer(status: number): void {
  const moreResults = 0x0008
  if (status & moreResults) throw new MalformedPacket()
}

function afterText(body: Buffer, at: number): number {
  const { value, next } = numberAt(body, at)
  const end = next + value
  if (end > body.length) throw new MalformedPacket()
  return end
}

const afterNumber = (body: Buffer, at: number) => numberAt(body, at).next

/** A number of one byte, or of two, three or eight after a mark. */
function numberAt(body: Buffer, at: number): { value: number; next: number } {
  const first = body[at]
  const size = first === 0xfc ? 2 : first === 0xfd ? 3 : first === 0xfe ? 8 : 0
  if (first === undefined || first === 0xfb || first === 0xff || at + 1 + size > body.length) {
    throw new MalformedPacket()
  }
  if (size === 0) return { value: first, next: at + 1 }
  const value = size === 8 ? Number(body.readBigUInt64LE(at + 1)) : body.readUIntLE(at + 1, size)
  return { value, next: at + 1 + size }
}
