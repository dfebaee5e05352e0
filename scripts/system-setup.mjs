import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { answers, isMain, modernNode, root, run, runMain } from './run.mjs'

/**
 * What the tests need beside npm packages: how it is found, the Debian packages that have it, and where
 * else to get it. Without what is dispensable they take longer, and are no other tests.
 */
const needs = [
  {
    name: 'Chromium',
    find: findChromium,
    debianPackages: ['chromium', 'fonts-liberation'],
    hint: 'Install Chromium or Google Chrome, or set BOBBIN_CHROMIUM to the path of one.',
  },
  {
    name: 'Chromium without windows',
    find: findHeadlessShell,
    debianPackages: ['chromium-headless-shell'],
    isDispensable: true,
  },
  {
    name: 'Firefox',
    find: findFirefox,
    debianPackages: ['firefox-esr'],
    hint: 'Install Firefox, or set BOBBIN_FIREFOX to the path of one.',
  },
  {
    name: 'WebKitGTK',
    find: () => (answers('WebKitWebDriver', ['--help']) ? findMiniBrowser() : null),
    debianPackages: ['webkit2gtk-driver'],
    hint: 'Install WebKitWebDriver and MiniBrowser of WebKitGTK (Debian: webkit2gtk-driver).',
  },
  ...['Xvfb', 'openbox', 'xdotool'].map((command) => ({
    name: command,
    find: () => findOnPath(command),
    debianPackages: [command.toLowerCase()],
    hint: `Install the ${command} command.`,
  })),
  {
    name: 'PostgreSQL',
    find: findPostgresTools,
    debianPackages: ['postgresql'],
    hint: 'Install a PostgreSQL server (postgresql.org/download) and put the folder with its initdb on the PATH.',
  },
  {
    name: 'PgBouncer',
    find: findPgBouncer,
    debianPackages: ['pgbouncer'],
    hint: 'Install PgBouncer (pgbouncer.org) and put it on the PATH.',
  },
  {
    name: 'OpenSSH server',
    find: findSshd,
    debianPackages: ['openssh-server', 'openssh-client'],
    hint: 'Install the OpenSSH server with its sshd and ssh-keygen.',
  },
  {
    name: 'MariaDB',
    find: findMariadb,
    debianPackages: ['mariadb-server'],
    hint: 'Install a MariaDB server (mariadb.org/download) and put mariadbd and mariadb-install-db on the PATH.',
  },
  {
    name: 'OpenSSL',
    find: () => (answers('openssl', ['version']) ? 'openssl' : null),
    debianPackages: ['openssl'],
    hint: 'Install the openssl command.',
  },
  {
    name: 'curl',
    find: () => (answers('curl', ['--version']) ? 'curl' : null),
    debianPackages: ['curl'],
    hint: 'Install the curl command.',
  },
]

const debianChromium = '/usr/bin/chromium'
const debianShell = '/usr/bin/chromium-headless-shell'

/** The path of a Chromium (or Chrome), or null. */
export function findChromium() {
  const candidates = [
    process.env.BOBBIN_CHROMIUM,
    debianChromium,
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/opt/google/chrome/chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    chromiumOfPlaywright(),
    '/usr/bin/chromium-browser', // on Ubuntu a mere pointer to a snap, hence last
  ]
  return candidates.find((path) => path && existsSync(path)) ?? null
}

/**
 * The path of the same Chromium without a window's furniture, or null. Debian has both; another Chromium is taken
 * as it is.
 */
export function findHeadlessShell() {
  const chromium = findChromium()
  if (chromium !== debianChromium) return chromium
  return existsSync(debianShell) ? debianShell : null
}

function chromiumOfPlaywright() {
  try {
    const { chromium } = createRequire(import.meta.url)('@playwright/test')
    return chromium.executablePath()
  } catch {
    return null
  }
}

/** The path of a Firefox, or null. */
export function findFirefox() {
  const candidates = [process.env.BOBBIN_FIREFOX, findOnPath('firefox-esr'), findOnPath('firefox')]
  return candidates.find((path) => path && existsSync(path)) ?? null
}

/** The path of WebKitGTK's small browser, which is kept beside its library; or null. */
export function findMiniBrowser() {
  const folders = ['/usr/lib', '/usr/libexec', ...multiarch()].flatMap((folder) =>
    ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'].map((name) => join(folder, name)),
  )
  return folders.map((folder) => join(folder, 'MiniBrowser')).find((path) => existsSync(path)) ?? null
}

/** Debian's folders for one kind of processor each. */
function multiarch() {
  const isOne = (name) => /^\w+-linux-gnu/.test(name)
  return existsSync('/usr/lib')
    ? readdirSync('/usr/lib')
        .filter(isOne)
        .map((name) => join('/usr/lib', name))
    : []
}

function findOnPath(command) {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, command))
  return candidates.find((path) => existsSync(path)) ?? null
}

/** The path of PgBouncer, which Debian puts where only root looks; or null. */
export function findPgBouncer() {
  return findOnPath('pgbouncer') ?? ['/usr/sbin/pgbouncer'].find((path) => existsSync(path)) ?? null
}

/** The path of OpenSSH's server, which wants to be called by the whole of it; or null. */
export function findSshd() {
  return findOnPath('sshd') ?? ['/usr/sbin/sshd'].find((path) => existsSync(path)) ?? null
}

/** The path of MariaDB's server, which Debian puts where only root looks; or null. */
export function findMariadb() {
  if (!findOnPath('mariadb-install-db')) return null
  return findOnPath('mariadbd') ?? ['/usr/sbin/mariadbd'].find((path) => existsSync(path)) ?? null
}

/** The folder that holds `initdb`: Debian's newest, else one of the path; or null. */
function findPostgresTools() {
  const versions = '/usr/lib/postgresql'
  const debian = existsSync(versions)
    ? readdirSync(versions)
        .toSorted((one, other) => Number(other) - Number(one))
        .map((version) => join(versions, version, 'bin'))
    : []
  const candidates = [...debian, ...(process.env.PATH ?? '').split(delimiter)]
  return candidates.find((folder) => folder && existsSync(join(folder, 'initdb'))) ?? null
}

/**
 * Makes sure that browsers and database server are there: finds them, else installs them where that is
 * possible without asking anyone (Debian as root or with sudo), else says in a line what to install.
 */
export async function setUpSystem() {
  let missing = needs.filter((need) => need.find() === null)
  if (missing.length > 0 && existsSync('/usr/bin/apt-get')) {
    await aptInstall(missing.map((need) => need.debianPackages))
    missing = missing.filter((need) => need.find() === null)
  }
  if (missing.some((need) => need.find === findChromium)) {
    await run(modernNode(), [join(root, 'node_modules/@playwright/test/cli.js'), 'install', 'chromium'])
    missing = missing.filter((need) => need.find() === null)
  }
  missing = missing.filter((need) => !need.isDispensable)
  if (missing.length === 0) return
  const hints = missing.map((need) => `${need.name} is missing. ${need.hint}`)
  throw new Error(hints.join('\n'))
}

/** Each list of packages by itself: a system like Debian may lack one of them. */
async function aptInstall(lists) {
  const asRoot = process.getuid?.() === 0 ? [] : answers('sudo', ['-n', 'true']) ? ['sudo', '-n'] : null
  if (asRoot === null) return
  console.log(`Installing ${lists.flat().join(', ')} …`)
  const apt = async (...args) => {
    const [command, ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args]
    return run(command, rest)
  }
  await apt('update')
  for (const packages of lists) await apt('install', '-y', '--no-install-recommends', ...packages)
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    await setUpSystem()
    for (const need of needs) console.log(`${need.name}: ${need.find()}`)
  })
}
