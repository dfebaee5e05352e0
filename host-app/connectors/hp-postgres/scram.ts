import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { ConnectorError } from '../connector.ts'
import { violation } from './message-guard.ts'
import { preparedPassword } from './saslprep.ts'

/** Some seconds of work. Whoever asks for more means to keep us busy. */
const mostRounds = 10_000_000

/** One sign-in by SCRAM-SHA-256 (RFC 5802, 7677), the client's side, without channel binding. Throws `ConnectorError`. */
export interface Scram {
  readonly first: string
  /** The answer to the server's challenge. */
  answer(challenge: string): Promise<string>
  /** Only who knows the password, too, can sign the end. */
  verify(end: string): void
}

/**
 * Our own, since the driver's prepares passwords otherwise than PostgreSQL, refuses what administrators may ask for
 * (600,000 rounds), and has no code for what goes wrong on its own side.
 */
export function startScram(mechanisms: readonly string[], password: string): Scram {
  if (!mechanisms.includes('SCRAM-SHA-256')) {
    throw new ConnectorError('AuthenticationNotSupported', { field: 'user' })
  }
  const nonce = randomBytes(18).toString('base64')
  // PostgreSQL knows the name from the start of the session.
  const bareFirst = `n=*,r=${nonce}`
  let signature: Buffer | null = null
  return {
    first: `n,,${bareFirst}`,
    async answer(challenge) {
      const { r: serverNonce = '', s: salt = '', i: rounds = '' } = attributes(challenge)
      if (!serverNonce.startsWith(nonce) || serverNonce.length === nonce.length || signature)
        throw violation()
      const saltBytes = Buffer.from(salt, 'base64')
      if (saltBytes.length === 0 || !/^[1-9][0-9]{0,9}$/.test(rounds)) throw violation()
      if (Number(rounds) > mostRounds) {
        const detail = `It asks for ${Number(rounds).toLocaleString('en')} rounds of SCRAM.`
        throw new ConnectorError('AuthenticationNotSupported', { field: 'user', detail })
      }
      const prepared = preparedPassword(password)
      const salted = await derive(prepared, saltBytes, Number(rounds), 32, 'sha256')
      const clientKey = hmac(salted, 'Client Key')
      const bareFinal = `c=biws,r=${serverNonce}`
      const conversation = `${bareFirst},${challenge},${bareFinal}`
      const proof = xor(clientKey, hmac(createHash('sha256').update(clientKey).digest(), conversation))
      signature = hmac(hmac(salted, 'Server Key'), conversation)
      return `${bareFinal},p=${proof.toString('base64')}`
    },
    verify(end) {
      const { v: verifier, e: error } = attributes(end)
      if (error !== undefined) throw new ConnectorError('CredentialsRejected', { field: 'password' })
      const given = Buffer.from(verifier ?? '', 'base64')
      if (signature?.length !== given.length || !timingSafeEqual(signature, given)) {
        throw new ConnectorError('ProtocolViolation', {
          field: 'host',
          detail: 'It could not prove that it knows the password, too.',
        })
      }
    },
  }
}

const derive = promisify(pbkdf2)
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const xor = (one: Buffer, other: Buffer) => Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)))

/** `r=…,s=…,i=…` */
function attributes(text: string): Partial<Record<string, string>> {
  return Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}
