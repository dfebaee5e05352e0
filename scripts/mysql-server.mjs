import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import mysql from 'mysql2/promise'
import { freePort } from './free-port.mjs'
import { mysqlFolder } from './mysql-versions.mjs'
import { issueCertificate, makeCertificate } from './server-certificates.mjs'
import { findMariadb } from './system-setup.mjs'
import { spawnTied } from './tied-process.mjs'

const run = promisify(execFile)
const host = '127.0.0.1'
/** Servers refuse to be root unless they are told to. */
const user = process.getuid?.() === 0 ? ['--user=root'] : []

/**
 * Starts a real MariaDB for tests: new data in a temporary folder, on a free port of 127.0.0.1; it stops when this
 * process ends, however that ends. `root` has a password. With `ssl` it has a certificate for `localhost` and 127.0.0.1
 * from an authority of its own. `settings` are options of the server.
 */
export async function startMariadb({ ssl = false, settings = {} } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'bobbin-mariadb-'))
  const data = join(folder, 'data')
  const initial = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', ...user]
  // Servers that begin clear away what others have in the same place.
  const env = { ...process.env, TMPDIR: await temporaryFolder(folder) }
  await run('mariadb-install-db', [...initial, '--skip-test-db', '--skip-name-resolve'], { cwd: folder, env })
  const caCertificate = ssl ? await makeCertificate(folder, {}) : null
  const tls = {
    ssl_ca: join(folder, 'ca.crt'),
    ssl_cert: join(folder, 'server.crt'),
    ssl_key: join(folder, 'server.key'),
  }
  const options = { datadir: data, skip_name_resolve: 'ON', ...(ssl ? tls : { skip_ssl: 'ON' }), ...settings }
  return started({ folder, command: findMariadb(), options, caCertificate })
}

/** The same with a MySQL 5.6, the one that can be had as a package. It knows no TLS that is spoken today. */
export async function startMysql({ settings = {} } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'bobbin-mysql-'))
  const data = join(folder, 'data')
  const server = mysqlFolder()
  await cp(join(server, 'data', 'mysql'), data, { recursive: true })
  const options = {
    basedir: server,
    lc_messages_dir: join(server, 'share'),
    datadir: data,
    explicit_defaults_for_timestamp: 'ON',
    skip_name_resolve: 'ON',
    innodb_buffer_pool_size: '64M',
    ...settings,
  }
  const env = { ...process.env, LD_LIBRARY_PATH: server }
  return started({ folder, command: join(server, 'mysqld'), options, env, caCertificate: null })
}

async function started({ folder, command, options, env = process.env, caCertificate }) {
  const port = await freePort()
  const own = { port, bind_address: host, socket: join(folder, 'socket'), pid_file: join(folder, 'pid') }
  const all = { tmpdir: await temporaryFolder(folder), ...own, ...options }
  const args = Object.entries(all).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`)
  const server = spawnTied(command, ['--no-defaults', ...user, ...args], { folder, env })
  let password = ''
  const connect = (database) =>
    mysql.createConnection({ host, port, user: 'root', password, database, multipleStatements: true })
  let stopping
  const stop = () =>
    (stopping ??= (async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    })())
  async function query(sql, database) {
    const connection = await connect(database)
    try {
      const [rows] = await connection.query(sql)
      return rows
    } finally {
      await connection.end()
    }
  }
  try {
    await waitUntilReady(query, server)
    const chosen = `root-${Math.random().toString(36).slice(2)}`
    const accounts = await query(`select user, host from mysql.user where user in ('root', '')`)
    const named = accounts.map((row) => ({ name: row.user ?? row.User, from: row.host ?? row.Host }))
    const others = named.filter(({ name, from }) => name === '' || from !== '127.0.0.1')
    await query(`grant all on *.* to 'root'@'127.0.0.1' identified by '${chosen}' with grant option`)
    password = chosen
    for (const { name, from } of others) await query(`drop user '${name}'@'${from}'`)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    host,
    port,
    user: 'root',
    password,
    caCertificate,
    issueCertificate: (name) => issueCertificate(folder, {}, name),
    query,
    stop,
  }
}

async function temporaryFolder(folder) {
  const temporary = join(folder, 'tmp')
  await mkdir(temporary, { recursive: true })
  return temporary
}

async function waitUntilReady(query, server) {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (server.hasEnded()) break
    try {
      return await query('select 1')
    } catch {
      await delay(100)
    }
  }
  throw new Error(`The server did not start.\n${server.log()}`)
}
