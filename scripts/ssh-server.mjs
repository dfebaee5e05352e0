import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { awaitPort } from './await-port.mjs'
import { freePort } from './free-port.mjs'
import { findOwner } from './postgres-server.mjs'
import { findSshd } from './system-setup.mjs'
import { spawnTied } from './tied-process.mjs'

const run = promisify(execFile)
const host = '127.0.0.1'

/**
 * Starts a real OpenSSH server for tests, on a free port of 127.0.0.1, with host keys, a user's key and files of its
 * own; it ends when this process does. Without privileges it lets in the one user that it runs as, by key alone: when we
 * are root that is `postgres`, as with the other servers.
 */
export async function startSshd({ hostKeys: kinds = ['ed25519', 'ecdsa', 'rsa'], settings = {} } = {}) {
  const owner = await findOwner()
  const folder = await mkdtemp(join(tmpdir(), 'bobbin-sshd-'))
  const files = join(folder, 'files')
  await mkdir(files)
  if (owner) await Promise.all([folder, files].map((path) => chown(path, owner.uid, owner.gid)))
  await chmod(folder, 0o755)
  const own = async (name, text) => {
    await writeFile(join(folder, name), text, { mode: 0o600 })
    if (owner) await chown(join(folder, name), owner.uid, owner.gid)
    return join(folder, name)
  }
  const makeKey = async (name, ...args) => {
    await run('ssh-keygen', ['-q', '-N', '', '-C', '', '-f', join(folder, name), ...args], owner ?? {})
    const publicKey = (await readFile(join(folder, `${name}.pub`), 'utf8')).trim()
    const { stdout } = await run('ssh-keygen', ['-l', '-f', join(folder, `${name}.pub`)])
    const [, fingerprint] = stdout.split(' ')
    return { privateKey: await readFile(join(folder, name), 'utf8'), publicKey, fingerprint }
  }
  const hostKeys = Object.fromEntries(
    await Promise.all(kinds.map(async (kind) => [kind, await makeKey(`host_${kind}`, '-t', kind)])),
  )
  const { privateKey, publicKey } = await makeKey('user', '-t', 'ed25519')
  const authorizedKeys = await own('authorized_keys', `${publicKey}\n`)

  const port = await freePort()
  const all = {
    ListenAddress: host,
    Port: port,
    PidFile: 'none',
    AuthorizedKeysFile: authorizedKeys,
    StrictModes: 'no',
    UsePAM: 'no',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    MaxStartups: '100:30:200',
    Subsystem: `sftp internal-sftp -d ${files}`,
    // Tests fail on purpose, from one address.
    ...((await knowsPenalties()) && { PerSourcePenalties: 'no' }),
    ...settings,
  }
  const lines = [
    ...kinds.map((kind) => `HostKey ${join(folder, `host_${kind}`)}`),
    ...Object.entries(all).map(([name, value]) => `${name} ${value}`),
  ]
  const config = await own('sshd_config', `${lines.join('\n')}\n`)
  const server = spawnTied(findSshd(), ['-D', '-e', '-f', config], { ...owner, folder })
  try {
    await awaitPort(port, 'sshd', server)
  } catch (error) {
    await server.stop()
    throw error
  }
  return {
    host,
    port,
    user: owner ? owner.name : userInfo().username,
    privateKey,
    hostKeys,
    files,
    /** Lets the user in by another key, too. */
    authorize: async (key) => {
      const before = await readFile(authorizedKeys, 'utf8')
      await writeFile(authorizedKeys, `${before}${key}\n`)
    },
    log: () => server.log(),
    stop: async () => {
      await server.stop()
      // What the tests wrote is not the server's to remove.
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** From 9.8 on an address waits after failures. */
async function knowsPenalties() {
  const { stderr } = await run('ssh', ['-V'])
  const [, major = '0', minor = '0'] = /OpenSSH_(\d+)\.(\d+)/.exec(stderr) ?? []
  return Number(major) > 9 || (major === '9' && Number(minor) >= 8)
}
