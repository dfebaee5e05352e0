import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** An authority, and a certificate of it for `localhost` and 127.0.0.1, in the folder. Returns the authority's, as PEM. */
export async function makeCertificate(data, options) {
  const openssl = (...args) => run('openssl', args, { ...options, cwd: data })
  const authority = ['-keyout', 'ca.key', '-out', 'ca.crt', '-days', '30', ...newKey]
  await openssl('req', '-x509', '-subj', '/CN=Test authority', ...authority)
  await writeFile(join(data, 'names.cnf'), `subjectAltName=DNS:localhost,IP:127.0.0.1\n`, { mode: 0o644 })
  await signCertificate(openssl, 'server', 'localhost', ['-extfile', 'names.cnf'])
  return readFile(join(data, 'ca.crt'), 'utf8')
}

/** A certificate of that authority for a user of that name, with its key. */
export async function issueCertificate(data, options, name) {
  await signCertificate((...args) => run('openssl', args, { ...options, cwd: data }), 'client', name, [])
  const [certificate, key] = await Promise.all(
    ['client.crt', 'client.key'].map((file) => readFile(join(data, file), 'utf8')),
  )
  return { certificate, key }
}

const newKey = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']

async function signCertificate(openssl, file, name, extensions) {
  const request = ['-keyout', `${file}.key`, '-out', `${file}.csr`]
  await openssl('req', '-subj', `/CN=${name}`, ...newKey, ...request)
  const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30']
  await openssl('x509', '-req', '-in', `${file}.csr`, ...authority, ...extensions, '-out', `${file}.crt`)
}
