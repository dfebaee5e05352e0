import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { answers, isMain, modernNode, root, run, runMain } from './run.mjs'

/**
 * What the tests need beside npm packages: how it is found, the Debian packages that have it, and where
 * else to get it.
 */
const needs = [
  {
    name: 'Chromium',
    find: findChromium,
    debianPackages: ['chromium', 'fonts-liberation'],
    hint: 'Install Chromium or Google Chrome, or set BOBBIN_CHROMIUM to the path of one.',
  },
  {
    name: 'PostgreSQL',
    find: findPostgresTools,
    debianPackages: ['postgresql'],
    hint: 'Install a PostgreSQL server (postgresql.org/download) and put the folder with its initdb on the PATH.',
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

/** The path of a Chromium (or Chrome), or null. */
export function findChromium() {
  const candidates = [
    process.env.BOBBIN_CHROMIUM,
    '/usr/bin/chromium',
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

function chromiumOfPlaywright() {
  try {
    const { chromium } = createRequire(import.meta.url)('@playwright/test')
    return chromium.executablePath()
  } catch {
    return null
  }
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
 * Makes sure that browser and database server are there: finds them, else installs them where that is
 * possible without asking anyone (Debian as root or with sudo), else says in a line what to install.
 */
export async function setUpSystem() {
  let missing = needs.filter((need) => need.find() === null)
  if (missing.length > 0 && existsSync('/usr/bin/apt-get')) {
    await aptInstall(missing.flatMap((need) => need.debianPackages))
    missing = missing.filter((need) => need.find() === null)
  }
  if (missing.some((need) => need.find === findChromium)) {
    await run(modernNode(), [join(root, 'node_modules/@playwright/test/cli.js'), 'install', 'chromium'])
    missing = missing.filter((need) => need.find() === null)
  }
  if (missing.length === 0) return
  const hints = missing.map((need) => `${need.name} is missing. ${need.hint}`)
  throw new Error(hints.join('\n'))
}

async function aptInstall(packages) {
  const asRoot = process.getuid?.() === 0 ? [] : answers('sudo', ['-n', 'true']) ? ['sudo', '-n'] : null
  if (asRoot === null) return
  console.log(`Installing ${packages.join(', ')} …`)
  const apt = async (...args) => {
    const [command, ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args]
    return run(command, rest)
  }
  await apt('update')
  await apt('install', '-y', '--no-install-recommends', ...packages)
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    await setUpSystem()
    for (const need of needs) console.log(`${need.name}: ${need.find()}`)
  })
}
