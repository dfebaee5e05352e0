import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { pemBlocks } from '@bobbin/shared/pem'
import { ConnectorError } from '../connector.ts'
import type { TlsFields, TlsSettings } from './tls-settings.ts'

/** False: nothing is encrypted. Throws `ConnectorError` for what was given and cannot be used, by the field's name. */
export function tlsOptions(settings: TlsSettings, fields: TlsFields): ConnectionOptions | false {
  const { tlsMode, host, caCertificate } = settings
  if (tlsMode === 'disable') return false
  const isVerified = tlsMode !== 'require'
  return {
    // The name that was asked for, not the address dialled, is what the certificate must be for.
    host,
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: isVerified,
    ...(isVerified && caCertificate !== null && { ca: authorities(caCertificate, fields) }),
    // Who gives the server's own certificate, or one of an authority below another, trusts that.
    ...(isVerified && caCertificate !== null && { allowPartialTrustChain: true }),
    ...(tlsMode === 'verify-ca' && { checkServerIdentity: () => undefined }),
    ...identity(settings, fields),
  }
}

function authorities(text: string, fields: TlsFields): string[] {
  const blocks = pemBlocks(text).filter((block) => block.includes('CERTIFICATE-----'))
  const broken = blocks.findIndex((block) => certificateIn(block) === null)
  if (blocks.length > 0 && broken === -1) return blocks
  const which =
    blocks.length > 1 ? ` It is the certificate at position ${broken + 1} of ${blocks.length}.` : ''
  throw new ConnectorError('TlsUntrusted', {
    field: fields.caCertificate,
    detail: `The CA certificate given cannot be read.${which}`,
  })
}

/** The certificate and the key by which we show who we are. */
function identity(
  { clientCertificate, clientKey, clientKeyPassphrase }: TlsSettings,
  fields: TlsFields,
): ConnectionOptions {
  if (clientCertificate === null && clientKey === null) return {}
  if (clientCertificate === null)
    throw unusable(fields.clientCertificate, 'There is a key, and no certificate for it.')
  if (clientKey === null)
    throw unusable(fields.clientKey, 'There is a client certificate, and no key for it.')
  const chain = pemBlocks(clientCertificate).filter((block) => block.includes('CERTIFICATE-----'))
  const certificates = chain.map(certificateIn)
  const [own] = certificates
  if (!own || certificates.includes(null)) {
    throw unusable(fields.clientCertificate, 'The client certificate cannot be read.')
  }
  const key = privateKey(clientKey, clientKeyPassphrase, fields)
  if (!own.checkPrivateKey(key)) {
    throw unusable(fields.clientKey, 'The key does not belong to the client certificate.')
  }
  return { cert: chain.join(''), key: key.export({ type: 'pkcs8', format: 'pem' }) }
}

function privateKey(text: string, passphrase: string | null, fields: TlsFields): KeyObject {
  const block = pemBlocks(text).find((one) => one.includes('PRIVATE KEY-----'))
  if (block === undefined) throw unusable(fields.clientKey, 'The key cannot be read.')
  const isEncrypted = /ENCRYPTED/.test(block)
  if (isEncrypted && passphrase === null) {
    throw unusable(fields.clientKeyPassphrase, 'The key is encrypted: enter its passphrase.')
  }
  try {
    return createPrivateKey({ key: block, ...(passphrase !== null && { passphrase }) })
  } catch {
    // Without the cause, which might tell of the key.
    if (isEncrypted) {
      throw unusable(fields.clientKeyPassphrase, 'The key cannot be read with this passphrase.')
    }
    throw unusable(fields.clientKey, 'The key cannot be read.')
  }
}

function certificateIn(block: string): X509Certificate | null {
  try {
    return new X509Certificate(block)
  } catch {
    return null
  }
}

function unusable(field: string, detail: string): ConnectorError {
  return new ConnectorError('ClientCertificateRejected', { field, detail })
}
