import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { closeSection, sectionOf, withVersion } from './release.mjs'

const changelog = '# Changelog\n\n## Unreleased\n\nNew things.\n\n## 0.1.0 (2026-01-01)\n\nThe first.\n'

it('takes what is unreleased for the version, and leaves room for more', () => {
  const closed = closeSection(changelog, '0.2.0', '2026-02-02')
  expect(sectionOf(closed, '0.2.0')).toBe('New things.\n')
  expect(sectionOf(closed, 'Unreleased')).toBeNull()
  expect(sectionOf(closed, '0.1.0')).toBe('The first.\n')
  expect(sectionOf(closed, '0.1')).toBeNull()
  expect(() => closeSection(closed, '0.3.0', '2026-03-03')).toThrow(/without a word/)
})

it('gives our packages the version, and nobody else', () => {
  const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  const { version } = JSON.parse(read('package.json')) as { version: string }
  for (const path of ['package.json', 'client/package.json', 'host-app/package.json', 'package-lock.json']) {
    const text = read(path)
    const there = withVersion(text, version, '9.8.7')
    expect(there).toContain('"version": "9.8.7"')
    // Back again, and nothing else has changed.
    expect(withVersion(there, '9.8.7', version)).toBe(text)
  }
})

it('makes a release: one version everywhere, told in the changelog, committed and tagged', () => {
  const copy = copyOfReleaseFiles()
  copy.release('9.8.7')
  const versions = ['.', 'shared', 'client', 'host-app', 'e2e', 'bench'].map(
    (name) => copy.json(join(name, 'package.json')).version,
  )
  expect(new Set(versions)).toEqual(new Set(['9.8.7']))
  const lock = copy.json('package-lock.json') as { packages: Record<string, { version: string }> }
  expect(lock.packages['client']?.version).toBe('9.8.7')
  expect(sectionOf(copy.read('CHANGELOG.md'), '9.8.7')).not.toBeNull()
  expect(copy.git('describe', '--exact-match')).toBe('v9.8.7\n')
  expect(copy.git('status', '--porcelain')).toBe('')
  // What is tagged passes both its own check and that of everyday, before a word is written for the next.
  expect(copy.complaints('v9.8.7')).toBe('')
  expect(copy.complaints()).toBe('')
  copy.write('e2e/package.json', JSON.stringify({ ...copy.json('e2e/package.json'), version: '0.0.1' }))
  const complaints = copy.complaints('v9.8.6')
  expect(complaints).toContain('the tag is v9.8.6, and the version 9.8.7')
  expect(complaints).toContain('e2e/package.json has version 0.0.1')
})

it('makes no part of a release where it could not make the whole', () => {
  const copy = copyOfReleaseFiles()
  const head = copy.git('rev-parse', 'HEAD')
  const changelog = copy.read('CHANGELOG.md')

  copy.write('left-over.txt', 'not meant for anybody')
  expect(() => copy.release('9.8.7')).toThrow(/not committed/)
  rmSync(join(copy.folder, 'left-over.txt'))
  copy.git('tag', 'v9.8.7')
  expect(() => copy.release('9.8.7')).toThrow(/second release/)
  expect(() => copy.release('9.8')).toThrow(/npm run release/)
  expect(copy.git('rev-parse', 'HEAD')).toBe(head)
  expect(copy.git('status', '--porcelain')).toBe('')

  copy.write('CHANGELOG.md', changelog.replace(/## Unreleased\n[^]*?(?=\n## |$)/, '## Unreleased\n'))
  copy.git('commit', '--all', '--message', 'Nothing to tell')
  expect(() => copy.release('9.8.8')).toThrow(/without a word/)
  expect(copy.git('status', '--porcelain')).toBe('')
})

/** What a release touches and what its check reads, in a repository of its own. */
function copyOfReleaseFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'bobbin-release-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const root = new URL('..', import.meta.url).pathname
  const packages = ['.', 'shared', 'client', 'host-app', 'e2e', 'bench'].map((name) =>
    join(name, 'package.json'),
  )
  const others = ['package-lock.json', 'CHANGELOG.md', 'LICENSE', 'scripts/release.mjs', 'scripts/run.mjs']
  for (const path of [...packages, ...others, 'client']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(root, path), join(folder, path), {
      recursive: true,
      filter: (source) => !source.includes('node_modules'),
    })
  }
  const run = (command: string, args: string[]) =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
  const git = (...args: string[]) => run('git', args)
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  git('init', '--quiet')
  git('config', 'user.name', 'Tester')
  git('config', 'user.email', 'tester@example.com')
  writeFileSync(join(folder, '.gitignore'), 'client/dist\nnode_modules\n')
  git('add', '.')
  git('commit', '--quiet', '--message', 'As it stands')
  return {
    folder,
    git,
    read,
    json: (path: string) => JSON.parse(read(path)) as Record<string, unknown>,
    write: (path: string, text: string) => writeFileSync(join(folder, path), text),
    release: (version: string) => run('node', ['scripts/release.mjs', version]),
    complaints: (...tag: string[]) => {
      try {
        run('node', ['scripts/release.mjs', '--check', ...tag])
        return ''
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    },
  }
}
