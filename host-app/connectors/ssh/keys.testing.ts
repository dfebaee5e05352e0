import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

interface KeyOptions {
  readonly type?: 'ed25519' | 'ecdsa' | 'rsa'
  readonly passphrase?: string
  /** OpenSSH's own by default; PEM is the form from before. */
  readonly format?: 'RFC4716' | 'PEM' | 'PKCS8'
}

/** A key that ssh-keygen made. */
export async function makeKey({ type = 'ed25519', passphrase = '', format }: KeyOptions = {}): Promise<{
  privateKey: string
  publicKey: string
}> {
  const folder = await mkdtemp(join(tmpdir(), 'bobbin-key-'))
  const file = join(folder, 'key')
  try {
    const form = format ? ['-m', format] : []
    await run('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', '', '-f', file, ...form])
    const [privateKey, publicKey] = await Promise.all(
      [file, `${file}.pub`].map((path) => readFile(path, 'utf8')),
    )
    return { privateKey: privateKey ?? '', publicKey: (publicKey ?? '').trim() }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
