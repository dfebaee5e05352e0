import { chown, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { awaitPort } from './await-port.mjs'
import { freePort } from './free-port.mjs'
import { findOwner } from './postgres-server.mjs'
import { findPgBouncer } from './system-setup.mjs'
import { spawnTied } from './tied-process.mjs'

const host = '127.0.0.1'

/**
 * Starts a real PgBouncer for tests, on a free port of 127.0.0.1; it ends when this process does. It runs as the user
 * `postgres` when we are root, as PostgreSQL itself does.
 */
export async function startPgBouncer({ databases, users, settings = {}, tls = null }) {
  const owner = await findOwner()
  const folder = await mkdtemp(join(tmpdir(), 'bobbin-pgbouncer-'))
  if (owner) await chown(folder, owner.uid, owner.gid)
  const own = async (name, lines) => {
    await writeFile(join(folder, name), `${lines.join('\n')}\n`, { mode: 0o600 })
    if (owner) await chown(join(folder, name), owner.uid, owner.gid)
    return join(folder, name)
  }
  const port = await freePort()
  const list = (entries) => Object.entries(entries).map(([name, value]) => `${name} = ${value}`)
  const userlist = await own(
    'users.txt',
    Object.entries(users).map(([name, secret]) => `"${name}" "${secret}"`),
  )
  const all = {
    listen_addr: host,
    listen_port: port,
    auth_file: userlist,
    unix_socket_dir: '',
    ...(tls && {
      client_tls_cert_file: await own('client.crt', [tls.certificate]),
      client_tls_key_file: await own('client.key', [tls.key]),
    }),
    ...settings,
  }
  const config = await own('pgbouncer.ini', ['[databases]', ...list(databases), '[pgbouncer]', ...list(all)])
  const pooler = spawnTied(findPgBouncer(), [config], { ...owner, folder, signal: 'INT' })
  try {
    await awaitPort(port, 'PgBouncer', pooler)
  } catch (error) {
    await pooler.stop()
    throw error
  }
  return { port, stop: () => pooler.stop() }
}
