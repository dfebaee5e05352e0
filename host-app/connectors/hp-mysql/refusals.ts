import type { CheckErrorCode } from '@bobbin/shared/errors'
import type { Stage } from '../own-sockets/socket-errors.ts'
import type { MysqlSettings } from './mysql-settings.ts'

/** What a refusal comes to: our code, the setting at fault, and what there is to say of it beside the server's words. */
export interface Refusal {
  readonly code: CheckErrorCode
  readonly field?: string
  readonly detail?: string
}

type Settings = Pick<MysqlSettings, 'tlsMode' | 'clientCertificate'>

/** Reads the error that a server, or a proxy in front of it, answered with, by its number. */
export function readRefusal(number: number, stage: Stage, settings: Settings): Refusal {
  if (number === 1045) return accessDenied(settings)
  return knownErrors[number] ?? (stage === 'reading' ? readingRefusal : signInRefusal)
}

const trouble = (detail: string): Refusal => ({ code: 'VendorUnavailable', detail })
const locked: Refusal = { code: 'CredentialsRejected', field: 'user', detail: 'The account is locked.' }
const expired: Refusal = {
  code: 'CredentialsRejected',
  field: 'password',
  detail: 'The password has expired: it has to be changed at the server first.',
}
const otherSignIn: Refusal = { code: 'AuthenticationNotSupported', field: 'user' }
const noRight: Refusal = { code: 'PermissionDenied', field: 'user' }
const tookTooLong: Refusal = {
  code: 'ConnectionTimeout',
  detail: 'The server gave up, because it took too long.',
}

/** Of MySQL, of MariaDB where that has its own, and of ProxySQL. */
const knownErrors: Readonly<Record<number, Refusal>> = {
  1040: { code: 'TooManyConnections' },
  1203: { code: 'TooManyConnections' },
  1226: { code: 'TooManyConnections', detail: 'The user has used up what the account may use.' },
  1129: {
    code: 'PermissionDenied',
    field: 'host',
    detail:
      'It has blocked the address that it sees us come from, after many broken connections; FLUSH HOSTS lets it in again.',
  },
  1130: {
    code: 'PermissionDenied',
    field: 'host',
    detail: 'It lets nobody in from the address that it sees us come from: it needs an account for it.',
  },
  1044: { code: 'PermissionDenied', field: 'dbname', detail: 'The user has no right on this database.' },
  1049: { code: 'DatabaseNotFound', field: 'dbname' },
  1698: {
    code: 'CredentialsRejected',
    field: 'user',
    detail: 'This account signs in without a password, on the server’s own machine.',
  },
  3118: locked,
  3955: locked,
  4151: locked,
  1820: expired,
  1862: expired,
  1251: otherSignIn,
  1275: otherSignIn,
  1524: otherSignIn,
  2059: otherSignIn,
  3159: { code: 'TlsRequired', field: 'ssl' },
  1142: noRight,
  1143: noRight,
  1227: noRight,
  1317: { code: 'ConnectionLost', detail: 'The query was ended by the server.' },
  1927: { code: 'ConnectionLost' },
  1053: { code: 'ConnectionLost', detail: 'The server is being shut down.' },
  1969: tookTooLong,
  3024: tookTooLong,
  1021: trouble('The server’s disk is full.'),
  1037: trouble('The server has too little memory.'),
  1041: trouble('The server has too little memory.'),
  1135: trouble('The server cannot start another thread.'),
  9001: trouble('A proxy answers, but cannot reach the server behind it.'),
}

/** One number for every account that does not fit, whatever it is that does not. */
function accessDenied({ tlsMode, clientCertificate }: Settings): Refusal {
  const or =
    tlsMode === 'disable'
      ? 'Or the user is let in over TLS only.'
      : clientCertificate === null
        ? undefined
        : 'Or the server wants to know the user by another client certificate.'
  return { code: 'CredentialsRejected', field: 'password', ...(or !== undefined && { detail: or }) }
}

/** Nobody knows better than the person who entered them: whatever it is, these are what a sign-in is made of. */
const signInRefusal: Refusal = { code: 'SignInRefused', field: 'user' }

/** Signed in, the settings were right: what comes now is the server's trouble. */
const readingRefusal: Refusal = { code: 'CheckFailed', detail: 'It failed while reading.' }
