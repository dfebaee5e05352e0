import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { CommandFailed, capture, isMain, root, runMain, runOrThrow } from './run.mjs'

const workspaces = ['shared', 'client', 'host-app', 'e2e', 'bench']
const read = (path) => readFileSync(join(root, path), 'utf8')
const json = (path) => JSON.parse(read(path))

/**
 * `npm run release -- 1.2.3` makes the release: the version everywhere, a section in the changelog, a commit and its tag.
 * Pushing the tag publishes it (`.github/workflows/release.yml`).
 * `--check v1.2.3` says whether what is here is that release; `--notes` prints what it has to tell.
 */
async function release([first = '', tag]) {
  if (first === '--notes')
    return void process.stdout.write(sectionOf(read('CHANGELOG.md'), json('package.json').version) ?? '')
  if (first === '--check') {
    const complaints = await releaseComplaints(tag)
    if (complaints !== null) throw new CommandFailed(`The release check:\n${complaints}\nIt`, 1)
    return
  }
  if (!/^\d+\.\d+\.\d+$/.test(first)) throw new CommandFailed('npm run release -- 1.2.3', 2)
  await makeRelease(first)
}

/** All that could be wrong is asked before the first file is written: a release is made whole or not at all. */
async function makeRelease(version) {
  const changelog = closeSection(read('CHANGELOG.md'), version, today())
  const { version: previous } = json('package.json')
  if ((await capture('git', ['status', '--porcelain'])).output.trim() !== '')
    throw new CommandFailed('A release with changes that are not committed', 1)
  if ((await capture('git', ['tag', '--list', `v${version}`])).output.trim() !== '')
    throw new CommandFailed(`A second release ${version}`, 1)
  writeFileSync(join(root, 'CHANGELOG.md'), changelog)
  const packages = ['.', ...workspaces].map((name) => join(name, 'package.json'))
  for (const path of [...packages, 'package-lock.json'])
    writeFileSync(join(root, path), withVersion(read(path), previous, version))
  await runOrThrow('git', ['commit', '--all', '--message', `Version ${version}`])
  await runOrThrow('git', ['tag', '--annotate', `v${version}`, '--message', `Version ${version}`])
  console.log(`\nTo publish it: git push origin HEAD v${version}`)
}

/** Why what is here cannot be published as this tag, or as the next version where none is given; null when it can. */
export async function releaseComplaints(tag) {
  const { version } = json('package.json')
  const complaints = []
  for (const name of workspaces) {
    const own = json(`${name}/package.json`)
    if (own.version !== version)
      complaints.push(`${name}/package.json has version ${own.version}, and the root ${version}`)
  }
  if (tag !== undefined && tag !== `v${version}`)
    complaints.push(`the tag is ${tag}, and the version ${version}`)
  // Right after a release nothing is unreleased yet, and the release's own section is what is told.
  const sections = tag === undefined ? ['Unreleased', version] : [version]
  if (sections.every((name) => sectionOf(read('CHANGELOG.md'), name) === null))
    complaints.push(`CHANGELOG.md has no section ${sections.join(' or ')}, or nothing in it`)
  if (read('client/LICENSE') !== read('LICENSE')) complaints.push('client/LICENSE is not the LICENSE')
  return list([...complaints, ...(await packageComplaints())])
}

/** What npm would publish: all that the package says it has, and nothing but that. */
async function packageComplaints() {
  const { code, output } = await capture('npm', ['pack', '--dry-run', '--json', '--silent', '-w', 'client'])
  if (code !== 0) return [`npm pack: ${output}`]
  const [{ files }] = JSON.parse(output.slice(output.indexOf('[')))
  const packed = files.map(({ path }) => path)
  const { exports } = json('client/package.json')
  const wanted = Object.values(exports).flatMap((one) =>
    typeof one === 'string' ? [one] : Object.values(one),
  )
  return [
    ...[...wanted.map((path) => path.replace('./', '')), 'README.md', 'LICENSE']
      .filter((path) => !packed.includes(path))
      .map(
        (path) =>
          `the package lacks ${path}${existsSync(join(root, 'client', path)) ? '' : ', which is not built'}`,
      ),
    ...packed
      .filter(
        (path) =>
          !/^(?:dist\/[\w.-]+\.(?:js|d\.ts|html)|README\.md|LICENSE|(?:package|custom-elements)\.json)$/.test(
            path,
          ),
      )
      .map((path) => `the package would hold ${path}`),
  ]
}

/** What a section of the changelog says; null where there is none, or nothing in it. */
export function sectionOf(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1)
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version)
  const body = section?.slice(section.indexOf('\n')).trim() ?? ''
  return body === '' ? null : `${body}\n`
}

/** What was unreleased becomes the version's, and room is made for what comes next. */
export function closeSection(changelog, version, date) {
  if (sectionOf(changelog, 'Unreleased') === null)
    throw new CommandFailed('A release without a word in CHANGELOG.md', 1)
  return changelog.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version} (${date})`)
}

/** The version of our own packages, in a package.json or the lock: theirs, and where they name each other. */
export function withVersion(text, from, to) {
  const parsed = JSON.parse(text)
  const renamed = (entry) => {
    const isOurs =
      entry.version === from && (entry.name === undefined || /^(?:@bobbin\/|bobbin)/.test(entry.name))
    const dependencies = (names) =>
      names &&
      Object.fromEntries(
        Object.entries(names).map(([name, at]) => [name, name.startsWith('@bobbin/') ? to : at]),
      )
    return {
      ...entry,
      ...(isOurs && { version: to }),
      ...(entry.dependencies && { dependencies: dependencies(entry.dependencies) }),
      ...(entry.devDependencies && { devDependencies: dependencies(entry.devDependencies) }),
    }
  }
  if (!('lockfileVersion' in parsed)) return `${JSON.stringify(renamed(parsed), null, 2)}\n`
  const isOurs = ([path]) => !path.includes('node_modules')
  const packages = Object.entries(parsed.packages).map((one) =>
    isOurs(one) ? [one[0], renamed(one[1])] : one,
  )
  return `${JSON.stringify({ ...parsed, version: to, packages: Object.fromEntries(packages) }, null, 2)}\n`
}

const today = () => new Date().toISOString().slice(0, 10)
const list = (complaints) => (complaints.length === 0 ? null : complaints.join('\n'))

if (isMain(import.meta.url)) await runMain(async () => (await release(process.argv.slice(2))) ?? 0)
