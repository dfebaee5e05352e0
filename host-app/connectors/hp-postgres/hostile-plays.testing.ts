import type { CheckErrorCode } from '@bobbin/shared/errors'
import { int16, int32, message, signedIn, type HostilePlay } from './hostile-server.testing.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const column = Buffer.concat([
  Buffer.from('name\0'),
  int32(0),
  int16(0),
  int32(25),
  int16(-1),
  int32(-1),
  int16(0),
])
const columns = message('T', Buffer.concat([int16(1), column]))
const row = (text: string) => message('D', Buffer.concat([int16(1), int32(text.length), Buffer.from(text)]))

function* endless(first: Buffer, part: Buffer): Generator<Buffer> {
  yield first
  const many = Buffer.concat(Array.from({ length: Math.ceil(65_536 / part.length) }, () => part))
  for (;;) yield many
}

/** Every way known in which a server can hurt who reads it, and the code that the check must end with. */
export const hostilePlays: Record<string, HostilePlay & { code: CheckErrorCode }> = {
  'asks for GSS': { first: hex('52 00 00 00 08 00 00 00 07'), code: 'AuthenticationNotSupported' },
  'asks for Kerberos 5': { first: message('R', int32(2)), code: 'AuthenticationNotSupported' },
  'asks for SSPI': { first: message('R', int32(9)), code: 'AuthenticationNotSupported' },
  'asks for SASL that we do not have': {
    first: message('R', Buffer.concat([int32(10), Buffer.from('OAUTHBEARER\0\0')])),
    code: 'AuthenticationNotSupported',
  },
  'asks for a sign-in that does not exist': { first: message('R', int32(99)), code: 'ProtocolViolation' },
  'asks for SASL and never ends the list': {
    first: message('R', Buffer.concat([int32(10), Buffer.from('SCRAM-SHA-256')])),
    code: 'ProtocolViolation',
  },
  'says an empty R': { first: message('R'), code: 'ProtocolViolation' },
  'says an R without a length': { first: hex('52 00 00 00 00'), code: 'ProtocolViolation' },
  'says a notice that never ends': { first: hex('4e 00 00 00 05 53'), code: 'ProtocolViolation' },
  'says an error that never ends': { first: hex('45 00 00 00 05 53'), code: 'ProtocolViolation' },
  'says an error without an end, of many fields': {
    first: message('E', 'SFATAL\0C28P01\0Mno'),
    code: 'ProtocolViolation',
  },
  'says a short K': {
    first: Buffer.concat([message('R', int32(0)), message('K', int16(1))]),
    code: 'ProtocolViolation',
  },
  'says a short T': { then: message('T', Buffer.concat([int16(2), column])), code: 'ProtocolViolation' },
  'says an empty T': { then: message('T'), code: 'ProtocolViolation' },
  'says a T of fewer than no columns': { then: message('T', int16(-1)), code: 'ProtocolViolation' },
  'says a short D': {
    then: Buffer.concat([columns, message('D', Buffer.concat([int16(1), int32(100)]))]),
    code: 'ProtocolViolation',
  },
  'says a D of fewer than no fields': {
    then: Buffer.concat([columns, message('D', int16(-1))]),
    code: 'ProtocolViolation',
  },
  'says a D with a field of a negative length': {
    then: Buffer.concat([columns, message('D', Buffer.concat([int16(1), int32(-2)]))]),
    code: 'ProtocolViolation',
  },
  'says a D of more fields than columns': {
    then: Buffer.concat([
      columns,
      message('D', Buffer.concat([int16(2), int32(-1, -1)])),
      message('C', 'SELECT 1\0'),
      message('Z', 'I'),
    ]),
    code: 'ProtocolViolation',
  },
  'says a D before any T': {
    then: Buffer.concat([row('early'), message('C', 'SELECT 1\0'), message('Z', 'I')]),
    code: 'ProtocolViolation',
  },
  'says a short t': { then: message('t', int16(4)), code: 'ProtocolViolation' },
  'says a t of a negative count': { then: message('t', int16(-1)), code: 'ProtocolViolation' },
  'says a short Z': { then: message('Z'), code: 'ProtocolViolation' },
  'says a kind of message that does not exist': { then: message('@', 'what?'), code: 'ProtocolViolation' },
  'wants to copy': {
    then: message('G', Buffer.concat([Buffer.from([0]), int16(0)])),
    code: 'ProtocolViolation',
  },
  'answers with rows that nobody asked for': {
    then: Buffer.concat([columns, row('x'), message('C', 'SELECT 1\0'), message('Z', 'I')]),
    code: 'ProtocolViolation',
  },
  'announces a D of two gigabytes': {
    then: Buffer.concat([columns, hex('44 7f ff ff ff')]),
    code: 'AnswerTooLarge',
  },
  'announces an error of four gigabytes': { first: hex('45 ff ff ff ff'), code: 'AnswerTooLarge' },
  'sends rows without end': { then: () => endless(columns, row('x'.repeat(200))), code: 'AnswerTooLarge' },
  'sends empty rows without end': {
    then: () => endless(message('T', int16(0)), message('D', int16(0))),
    code: 'AnswerTooLarge',
  },
  'sends notices without end': {
    first: () => endless(signedIn, message('N', 'SNOTICE\0Mhello\0\0')),
    code: 'AnswerTooLarge',
  },
  'says its parameters for ever': {
    first: () => endless(message('R', int32(0)), message('S', 'name\0value\0')),
    code: 'AnswerTooLarge',
  },
  'speaks HTTP': { first: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), code: 'ConnectionRefused' },
  'says nothing': { first: Buffer.alloc(0), code: 'ConnectionTimeout' },
}
