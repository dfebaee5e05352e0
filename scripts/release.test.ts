import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
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
