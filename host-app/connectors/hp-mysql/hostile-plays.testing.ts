import type { CheckErrorCode } from '@bobbin/shared/errors'
import {
  capabilities,
  column,
  end,
  greeting,
  ok,
  otherPlugin,
  packet,
  refusal,
  text,
  type HostilePlay,
} from './hostile-server.testing.ts'

const hello = greeting()
/** To the first query of who was let in: one column is announced. */
const oneColumn = Buffer.concat([packet(1, Buffer.from([1])), column(2), end(3)])
const row = (sequence: number, words: string) => packet(sequence, text(words))

const signedIn = (answer: Buffer | (() => Iterable<Buffer>)): HostilePlay => ({
  says: [hello, ok(2), answer],
})
const afterHello = (answer: Buffer | (() => Iterable<Buffer>)): HostilePlay => ({ says: [hello, answer] })

function* endless(first: Buffer, part: (sequence: number) => Buffer): Generator<Buffer> {
  yield first
  for (let number = 4; ; number += 256) {
    yield Buffer.concat(Array.from({ length: 256 }, (_, index) => part((number + index) % 256)))
  }
}

function* trickling(): Generator<Buffer> {
  for (let count = 0; count < 2; count++) yield hello.subarray(count, count + 1)
}

/** Every way known in which a server can hurt who reads it, and the code that the check must end with. */
export const hostilePlays: Record<string, HostilePlay & { code: CheckErrorCode; words?: RegExp }> = {
  'asks for a file of ours': {
    ...signedIn(packet(1, Buffer.concat([Buffer.from([0xfb]), Buffer.from('/etc/passwd')]))),
    code: 'ProtocolViolation',
    words: /asked for a file/,
  },
  'asks for a file before it lets us in': {
    ...afterHello(packet(2, Buffer.concat([Buffer.from([0xfb]), Buffer.from('/etc/passwd')]))),
    code: 'ProtocolViolation',
  },
  'asks for a file within its answer': {
    ...signedIn(
      Buffer.concat([oneColumn, packet(4, Buffer.concat([Buffer.from([0xfb]), Buffer.from('/x')]))]),
    ),
    code: 'ProtocolViolation',
  },
  'asks for the password as it is': {
    ...afterHello(otherPlugin(2, 'mysql_clear_password')),
    code: 'AuthenticationNotSupported',
    words: /over TLS only/,
  },
  'greets with the password as it is': {
    says: [greeting({ plugin: 'mysql_clear_password' }), refusal(2, 1045, 'no')],
    code: 'CredentialsRejected',
  },
  'asks for a dialogue': { ...afterHello(otherPlugin(2, 'dialog')), code: 'AuthenticationNotSupported' },
  'asks for Kerberos': {
    ...afterHello(otherPlugin(2, 'authentication_kerberos_client')),
    code: 'AuthenticationNotSupported',
  },
  'asks for a plugin that is a word of JavaScript': {
    ...afterHello(otherPlugin(2, '__proto__')),
    code: 'AuthenticationNotSupported',
  },
  'asks for the password of version 4.0': {
    ...afterHello(packet(2, Buffer.from([0xfe]))),
    code: 'AuthenticationNotSupported',
  },
  'asks for a second factor': {
    ...afterHello(packet(2, Buffer.concat([Buffer.from([2]), Buffer.from('x\0')]))),
    code: 'AuthenticationNotSupported',
  },
  'asks for a plugin and never ends its name': {
    ...afterHello(packet(2, Buffer.concat([Buffer.from([0xfe]), Buffer.from('caching')]))),
    code: 'ProtocolViolation',
  },
  'gives a key that is none': {
    says: [
      greeting({ plugin: 'caching_sha2_password' }),
      packet(2, Buffer.from([1, 4])),
      packet(4, Buffer.concat([Buffer.from([1]), Buffer.from('no key')])),
    ],
    code: 'ProtocolViolation',
  },
  'says more of a plugin than there is': {
    says: [greeting({ plugin: 'caching_sha2_password' }), packet(2, Buffer.from([1, 9]))],
    code: 'ProtocolViolation',
  },
  'switches plugins for ever': {
    ...afterHello(() =>
      endless(otherPlugin(2, 'mysql_native_password'), (n) => otherPlugin(n, 'mysql_native_password')),
    ),
    code: 'AnswerTooLarge',
  },
  'greets without an end of its version': {
    says: [packet(0, Buffer.concat([Buffer.from([10]), Buffer.alloc(80, 'x')]))],
    code: 'ProtocolViolation',
  },
  'greets in half': { says: [packet(0, hello.subarray(4, 24))], code: 'ProtocolViolation' },
  'greets by the protocol before 4.1': {
    says: [greeting({ flags: capabilities.pluginAuth })],
    code: 'ProtocolViolation',
  },
  'greets by another version of the protocol': {
    says: [packet(0, Buffer.concat([Buffer.from([9]), hello.subarray(5)]))],
    code: 'ConnectionRefused',
  },
  'says an error without a number': { says: [packet(0, Buffer.from([0xff]))], code: 'ProtocolViolation' },
  'says an empty packet': { ...signedIn(packet(1, '')), code: 'ProtocolViolation' },
  'lets in and says something nobody asked': {
    ...afterHello(Buffer.concat([ok(2), ok(3)])),
    code: 'ProtocolViolation',
  },
  'answers in the wrong order': { ...signedIn(ok(7)), code: 'ProtocolViolation' },
  'says an OK that is too short': { ...signedIn(packet(1, Buffer.from([0, 0]))), code: 'ProtocolViolation' },
  'says that more answers come': {
    ...signedIn(packet(1, Buffer.from([0, 0, 0, 10, 0, 0, 0]))),
    code: 'ProtocolViolation',
  },
  'announces columns without number': {
    ...signedIn(packet(1, Buffer.from([0xfe, 255, 255, 255, 255, 0, 0, 0, 0]))),
    code: 'ProtocolViolation',
  },
  'announces two hundred columns': { ...signedIn(packet(1, Buffer.from([200]))), code: 'ProtocolViolation' },
  'says half a column': {
    ...signedIn(Buffer.concat([packet(1, Buffer.from([1])), packet(2, text('def'))])),
    code: 'ProtocolViolation',
  },
  'says a column with a text of gigabytes': {
    ...signedIn(
      Buffer.concat([packet(1, Buffer.from([1])), packet(2, Buffer.from([0xfe, 0, 0, 0, 255, 0, 0, 0, 0]))]),
    ),
    code: 'ProtocolViolation',
  },
  'says a row of more than it announced': {
    ...signedIn(Buffer.concat([oneColumn, packet(4, Buffer.concat([text('a'), text('b')]))])),
    code: 'ProtocolViolation',
  },
  'says a row longer than its packet': {
    ...signedIn(Buffer.concat([oneColumn, packet(4, Buffer.from([100, 1, 2]))])),
    code: 'ProtocolViolation',
  },
  'answers with rows that nobody asked for': {
    says: [hello, ok(2), ok(1), ok(1), ok(1), Buffer.concat([oneColumn, row(4, 'x'), end(5)])],
    code: 'ProtocolViolation',
  },
  'announces a row of sixteen megabytes': {
    ...signedIn(Buffer.concat([oneColumn, Buffer.from([0xff, 0xff, 0xff, 4])])),
    code: 'AnswerTooLarge',
  },
  'announces a greeting of sixteen megabytes': {
    says: [Buffer.from([0xff, 0xff, 0xff, 0, 10])],
    code: 'ConnectionRefused',
  },
  'announces a sign-in of sixteen megabytes': {
    ...afterHello(Buffer.from([0xff, 0xff, 0xff, 2, 1])),
    code: 'AnswerTooLarge',
  },
  'sends rows without end': {
    ...signedIn(() => endless(oneColumn, (number) => row(number, 'x'.repeat(200)))),
    code: 'AnswerTooLarge',
  },
  'sends empty rows without end': {
    ...signedIn(() => endless(oneColumn, (number) => row(number, ''))),
    code: 'AnswerTooLarge',
  },
  'speaks HTTP': { says: [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')], code: 'ConnectionRefused' },
  'speaks SSH': { says: [Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')], code: 'ConnectionRefused' },
  'says nothing': { says: [], code: 'ConnectionTimeout' },
  'says a byte and another': { says: [trickling], code: 'ConnectionTimeout' },
  'greets and says nothing more': { says: [hello], code: 'ConnectionTimeout' },
}
