import { ConnectorError } from '../connector.ts'
import type { TlsFields, TlsSettings } from './tls-settings.ts'

/** In words, for the certificate errors that OpenSSL and Node name. */
const certificateFaults: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'It was issued for another host name.',
  CERT_HAS_EXPIRED: 'It has expired.',
  CERT_NOT_YET_VALID: 'It is not valid yet.',
  CERT_REVOKED: 'It was revoked.',
  CERT_SIGNATURE_FAILURE: 'Its signature is wrong.',
  CERT_UNTRUSTED: 'Its authority is not trusted.',
  CERT_REJECTED: 'Its authority is not trusted for servers.',
  INVALID_CA: 'Its authority is not valid.',
  INVALID_PURPOSE: 'It is not meant for servers.',
  HOSTNAME_MISMATCH: 'It was issued for another host name.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'It is signed by itself. Add it as the CA certificate.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its authority is not a public one. Add the CA certificate.',
  UNABLE_TO_GET_ISSUER_CERT: 'Its authority is not known. Add the CA certificate.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Its authority is not known. Add the CA certificate.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Its authority is not known. Add the CA certificate.',
}

/** OpenSSL has more than Node has names for. Those come as texts, which OpenSSL never translates. */
const namelessFaults: readonly (readonly [RegExp, string])[] = [
  [/EE certificate key too weak/i, 'Its key is too weak: RSA needs 2048 bits, elliptic curves 224.'],
  [
    /CA certificate key too weak/i,
    'The key of its authority is too weak: RSA needs 2048 bits, elliptic curves 224.',
  ],
  [
    /digest algorithm too weak/i,
    'It, or its authority, is signed with a digest that is too weak, such as MD5 or SHA-1.',
  ],
]

/** What OpenSSL says when a handshake fails, by the end of its code. */
const handshakeFaults: readonly (readonly [RegExp, string])[] = [
  [
    /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|WRONG_VERSION/,
    'The server and we found no common version of TLS. We speak 1.2 and 1.3.',
  ],
  [
    /DH_KEY_TOO_SMALL|DH_UE?_?VALUE|BAD_DH/,
    'The key that the server exchanges (Diffie-Hellman) is too weak.',
  ],
  [/KEY_TOO_SMALL|KEY_TOO_WEAK/, 'The key of a certificate is too weak: RSA needs 2048 bits.'],
  [
    /MD_TOO_WEAK|DIGEST|SIGALG|SIGNATURE_(TYPE|ALGORITHMS?)|NO_SHARED_SIGNATURE/,
    'A digest or a kind of signature is too weak, such as MD5 or SHA-1.',
  ],
  [
    /CIPHER|INSUFFICIENT_SECURITY|HANDSHAKE_FAILURE/,
    'The server and we found no common cipher that is strong enough.',
  ],
]

/** The alerts by which a server refuses the certificate of a client. */
const clientAlerts: readonly (readonly [RegExp, string])[] = [
  [/CERTIFICATE_REQUIRED/, 'It wants one, and was given none.'],
  [/ALERT_UNKNOWN_CA/, 'It does not know the authority of the one that it was given.'],
  [/ALERT_CERTIFICATE_EXPIRED/, 'The one that it was given has expired, by its clock.'],
  [/ALERT_CERTIFICATE_REVOKED/, 'The one that it was given was revoked.'],
  [
    /ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_UNKNOWN|ACCESS_DENIED)/,
    'It does not accept the one that it was given.',
  ],
]

/** The failures of TLS itself; null for what is none. */
export function translateTlsError(
  cause: unknown,
  code: string,
  { caCertificate }: Pick<TlsSettings, 'caCertificate'>,
  fields: TlsFields,
): ConnectorError | null {
  const message = cause instanceof Error ? cause.message : ''
  const fault = certificateFaults[code] ?? (isVerifying(code) ? firstOf(namelessFaults, message) : null)
  if (fault) {
    const isHostAtFault = code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH'
    const field = isHostAtFault ? 'host' : caCertificate ? fields.caCertificate : fields.mode
    return new ConnectorError('TlsUntrusted', { field, detail: fault, cause })
  }
  const alert = code.startsWith('ERR_SSL_') ? firstOf(clientAlerts, code) : null
  if (alert) {
    return new ConnectorError('ClientCertificateRejected', {
      field: fields.clientCertificate,
      detail: alert,
      cause,
    })
  }
  if (/^ERR_SSL_|^EPROTO$/.test(code)) {
    const detail = firstOf(handshakeFaults, `${code} ${message.toUpperCase().replaceAll(' ', '_')}`)
    return new ConnectorError('TlsNotSupported', {
      field: fields.mode,
      detail: detail ?? 'The server and we could not agree on how to encrypt.',
      cause,
    })
  }
  return null
}

const isVerifying = (code: string) => code === 'UNSPECIFIED' || code === '' || /TOO_(SMALL|WEAK)$/.test(code)

function firstOf(table: readonly (readonly [RegExp, string])[], text: string): string | null {
  return table.find(([pattern]) => pattern.test(text))?.[1] ?? null
}
