import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hosts } from './hosts.ts'

const folder = join(import.meta.dirname, '.cache')
const certificateFile = join(folder, 'localhost.crt')
const keyFile = join(folder, 'localhost.key')
const aDay = 86_400_000

export interface Certificate {
  readonly cert: string
  readonly key: string
  /** For `NODE_EXTRA_CA_CERTS`: the certificate vouches for itself. */
  readonly file: string
}

/** The test hosts' self-signed certificate. Made at set-up; throws when `makeCertificate` never ran. */
export function readCertificate(): Certificate {
  return {
    cert: readFileSync(certificateFile, 'utf8'),
    key: readFileSync(keyFile, 'utf8'),
    file: certificateFile,
  }
}

/** Makes the certificate with the openssl command, unless there is a good one. */
export function makeCertificate(): void {
  if (isGood()) return
  mkdirSync(folder, { recursive: true })
  const names = Object.values(hosts).map((host) => `DNS:${host}`)
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90'],
      ...['-subj', '/CN=Bobbin browser tests', '-addext', `subjectAltName=${names.join(',')}`],
      ...['-addext', 'basicConstraints=critical,CA:TRUE', '-keyout', keyFile, '-out', certificateFile],
    ],
    { stdio: 'pipe' },
  )
}

function isGood(): boolean {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return false
  const certificate = new X509Certificate(readFileSync(certificateFile))
  const hasNames = Object.values(hosts).every((host) => certificate.checkHost(host) !== undefined)
  return hasNames && Date.parse(certificate.validTo) > Date.now() + aDay
}
