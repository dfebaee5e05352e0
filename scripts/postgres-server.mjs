import { execFile } from 'node:child_process'
import { chown, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './free-port.mjs'
import { versionBinaries } from './postgres-versions.mjs'
import { issueCertificate, makeCertificate } from './server-certificates.mjs'
import { spawnTied } from './tied-process.mjs'

const run = promisify(execFile)
const host = '127.0.0.1'

/**
 * Starts a real PostgreSQL for tests: a new cluster in a temporary folder, on a free port of 127.0.0.1,
 * with SCRAM passwords and fsync on. It runs as the user `postgres` when we are root, since PostgreSQL
 * refuses to be root, and it stops when this process ends, however that ends.
 *
 * With `ssl` it has a certificate for `localhost` and 127.0.0.1 from an authority of its own, and lets the
 * role `tls_only` in over TLS only. `hba` are lines of pg_hba.conf that go before the others.
 */
export async function startPostgres({
  ssl = false,
  hba: ownLines = [],
  version = null,
  settings: given = {},
} = {}) {
  const owner = await findOwner()
  const folder = await mkdtemp(join(tmpdir(), 'bobbin-postgres-'))
  if (owner) await chown(folder, owner.uid, owner.gid)
  const asOwner = { ...owner, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } }
  const bin = version === null ? await findBinaries() : await reachable(versionBinaries(version), asOwner)
  const password = `superuser-${Math.random().toString(36).slice(2)}`
  const own = async (name, text) => {
    await writeFile(join(folder, name), text, { mode: 0o600 })
    if (owner) await chown(join(folder, name), owner.uid, owner.gid)
    return join(folder, name)
  }

  const data = join(folder, 'data')
  const passwordFile = await own('password', password)
  const initOptions = ['-U', 'postgres', '-A', 'scram-sha-256', '-E', 'UTF8', '--locale', 'C', '--no-sync']
  await run(join(bin, 'initdb'), [...initOptions, '--pwfile', passwordFile, '-D', data], asOwner)
  const caCertificate = ssl ? await makeCertificate(data, asOwner) : null
  const hba = [
    'hostssl all tls_only all scram-sha-256',
    'hostnossl all tls_only all reject',
    'local all all scram-sha-256',
    'host all all all scram-sha-256',
  ]
  // Without TLS in the server a line with `hostssl` would only earn a warning; leave it out.
  await own(join('data', 'pg_hba.conf'), [...ownLines, ...(ssl ? hba : hba.slice(2))].join('\n') + '\n')

  const port = await freePort()
  const settings = {
    listen_addresses: host,
    port,
    unix_socket_directories: folder,
    fsync: 'on',
    max_connections: 40,
    ...(ssl && { ssl: 'on', ssl_ca_file: 'ca.crt' }),
    ...given,
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawnTied(join(bin, 'postgres'), ['-D', data, ...args], {
    ...asOwner,
    folder,
    signal: 'INT',
  })

  const connect = async (database) => {
    const client = new pg.Client({ host, port, user: 'postgres', password, database })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  let stopping
  const stop = () =>
    (stopping ??= (async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    })())

  try {
    await waitUntilReady(connect, server)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    host,
    port,
    user: 'postgres',
    password,
    url: `postgres://postgres:${password}@${host}:${port}/postgres`,
    caCertificate,
    issueCertificate: (name) => issueCertificate(data, asOwner, name),
    async query(sql, { database = 'postgres', parameters } = {}) {
      const client = await connect(database)
      try {
        const result = await client.query(sql, parameters)
        return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows
      } finally {
        await client.end()
      }
    },
    stop,
  }
}

/** Newest first where Debian puts them, then wherever PATH points. */
async function findBinaries() {
  const debian = '/usr/lib/postgresql'
  const versions = await readdir(debian).catch(() => [])
  const folders = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(debian, version, 'bin'))
  for (const folder of [...folders, ...(process.env.PATH ?? '').split(delimiter)]) {
    const names = await readdir(folder).catch(() => [])
    if (names.includes('initdb') && names.includes('postgres')) return folder
  }
  throw new Error('No PostgreSQL found: neither in /usr/lib/postgresql nor in PATH.')
}

/** The folder of binaries, or a copy of what is around it where the server's user may not go. */
async function reachable(bin, asOwner) {
  try {
    await run(join(bin, 'initdb'), ['--version'], asOwner)
    return bin
  } catch (error) {
    if (error.code !== 'EACCES') throw error
    const copy = join(asOwner.cwd, 'programs')
    await cp(join(bin, '..'), copy, { recursive: true })
    return join(copy, 'bin')
  }
}

export async function findOwner() {
  if (process.getuid?.() !== 0) return null
  const users = await readFile('/etc/passwd', 'utf8')
  const line = users.split('\n').find((user) => user.startsWith('postgres:'))
  if (!line) throw new Error('PostgreSQL does not run as root, and there is no user called postgres.')
  const [, , uid, gid] = line.split(':')
  return { name: 'postgres', uid: Number(uid), gid: Number(gid) }
}

async function waitUntilReady(connect, server) {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (server.hasEnded()) break
    try {
      const client = await connect('postgres')
      await client.end()
      return
    } catch {
      await delay(100)
    }
  }
  throw new Error(`PostgreSQL did not start.\n${server.log()}`)
}
