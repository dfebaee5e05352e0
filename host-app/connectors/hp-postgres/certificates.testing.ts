import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A certificate and its key, as PEM. */
export interface Identity {
  certificate: string
  key: string
}

/** What makes a new key of an elliptic curve. */
export const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']

/** A block in PEM form with nothing in it that anybody could read. */
export const pem = (label: string) => `-----BEGIN ${label}-----\nQUJD\n-----END ${label}-----\n`

export const selfSigned = (key: readonly string[], rest: readonly string[] = []) =>
  made(async (folder) => {
    const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'crt')]
    await run('openssl', [
      'req',
      '-x509',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=Alone',
      ...key,
      ...rest,
      ...files,
    ])
  })

export const signed = (by: Identity, key: readonly string[], name: string, rest: readonly string[] = []) =>
  made(async (folder) => {
    const file = (one: string) => join(folder, one)
    await Promise.all([
      writeFile(file('ca.crt'), by.certificate),
      writeFile(file('ca.key'), by.key),
      writeFile(file('names'), `subjectAltName=DNS:${name}\n`),
    ])
    await run('openssl', [
      'req',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      ...key,
      '-keyout',
      file('key'),
      '-out',
      file('csr'),
    ])
    const authority = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2']
    await run('openssl', [
      'x509',
      '-req',
      '-in',
      file('csr'),
      ...authority,
      '-extfile',
      file('names'),
      ...rest,
      '-out',
      file('crt'),
    ])
  })

async function made(make: (folder: string) => Promise<void>): Promise<Identity> {
  const folder = await mkdtemp(join(tmpdir(), 'bobbin-certificate-'))
  try {
    await make(folder)
    const [certificate, key] = await Promise.all(
      ['crt', 'key'].map((name) => readFile(join(folder, name), 'utf8')),
    )
    return { certificate: certificate ?? '', key: key ?? '' }
  } finally {
    await rm(folder, { recursive: true })
  }
}
