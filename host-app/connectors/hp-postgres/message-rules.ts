/** A message does not have the form that its kind has. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage'
}

/** The server wants a sign-in that we do not know how to do. */
export class UnknownSignIn extends Error {
  override readonly name = 'UnknownSignIn'
}

/** Reads one message's body and never beyond its end. */
class Body {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get rest(): number {
    return this.#bytes.length - this.#at
  }

  skip(count: number): void {
    if (count < 0 || count > this.rest) throw new MalformedMessage()
    this.#at += count
  }

  byte(): number {
    this.skip(1)
    return this.#bytes.readUInt8(this.#at - 1)
  }

  /** How many of something follow. */
  count(): number {
    this.skip(2)
    const count = this.#bytes.readInt16BE(this.#at - 2)
    if (count < 0) throw new MalformedMessage()
    return count
  }

  int32(): number {
    this.skip(4)
    return this.#bytes.readInt32BE(this.#at - 4)
  }

  /** Returns its length. */
  text(): number {
    const end = this.#bytes.indexOf(0, this.#at)
    if (end === -1) throw new MalformedMessage()
    const length = end - this.#at
    this.#at = end + 1
    return length
  }
}

const nothing = () => {}
const oneText = (body: Body) => void body.text()

/** A list of texts that an empty one ends. */
function texts(body: Body): void {
  while (body.text() > 0);
}

/** The fields of an error or a notice: each a letter and a text; a zero ends them. */
function fields(body: Body): void {
  while (body.byte() !== 0) body.text()
}

/** GSS, Kerberos, SSPI and the like, which genuine servers ask for too. */
const unknownSignIns = new Set([2, 6, 7, 8, 9])

function authentication(body: Body): void {
  const kind = body.int32()
  if (unknownSignIns.has(kind)) throw new UnknownSignIn()
  if (kind === 5) body.skip(4)
  else if (kind === 10) texts(body)
  else if (kind === 11 || kind === 12) body.skip(body.rest)
  else if (kind !== 0 && kind !== 3) throw new MalformedMessage()
}

function rowDescription(body: Body): void {
  for (let left = body.count(); left > 0; left -= 1) {
    body.text()
    body.skip(18)
  }
}

function dataRow(body: Body): void {
  for (let left = body.count(); left > 0; left -= 1) {
    const length = body.int32()
    if (length !== -1) body.skip(length)
  }
}

/**
 * How the body of each kind of message must look; what we never ask for (copying, functions) has no rule.
 * From "Message Formats" of PostgreSQL's documentation.
 */
const rules = new Map<string, (body: Body) => void>([
  ['R', authentication],
  ['E', fields],
  ['N', fields],
  ['S', (body) => (body.text(), void body.text())],
  ['A', (body) => (body.skip(4), body.text(), void body.text())],
  ['C', oneText],
  // The key has four bytes in version 3.0, which is the one that we speak.
  ['K', (body) => body.skip(8)],
  ['T', rowDescription],
  ['D', dataRow],
  ['t', (body) => body.skip(4 * body.count())],
  ['Z', (body) => body.skip(1)],
  ...['1', '2', '3', 'I', 'n', 's'].map((kind) => [kind, nothing] as const),
])

/** Throws `MalformedMessage` or `UnknownSignIn`. */
export function requireWellFormed(kind: string, bytes: Buffer): void {
  const rule = rules.get(kind)
  if (!rule) throw new MalformedMessage()
  const body = new Body(bytes)
  rule(body)
  if (body.rest > 0) throw new MalformedMessage()
}
