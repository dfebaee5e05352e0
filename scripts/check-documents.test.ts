import { expect, it } from 'vitest'
import { missingFiles, unnamedFolders } from './check-documents.mjs'

const files = ['README.md', 'a/README.md', 'a/one.ts', 'a/b/two.ts', 'a/b/c/three.ts']

it('finds files that a document names and that are not there, marked or linked', () => {
  const texts = {
    'README.md': 'See `a/one.ts`, `two.ts`, `gone.ts` and [it](a/b/three.ts#top), [this](a/b/c/three.ts).',
    'a/README.md':
      'And `./one.ts`, [up](../README.md), [down](b/gone.md); not `data/made.json`, which is made.',
  }
  expect(missingFiles(texts, files)).toEqual([
    'README.md: there is no gone.ts',
    'README.md: there is no a/b/three.ts',
    'a/README.md: there is no a/b/gone.md',
  ])
})

it('finds folders that the README above them does not name', () => {
  const unnamed = (inner: string) => unnamedFolders({ 'README.md': 'In `a/`.', 'a/README.md': inner }, files)
  expect(unnamed('`b/` and `c/`')).toEqual([])
  expect(unnamed('`b/c/`')).toEqual([])
  expect(unnamed('nothing')).toEqual(['a/README.md does not name a/b/', 'a/README.md does not name a/b/c/'])
  expect(unnamedFolders({ 'README.md': '' }, files)).toContain('README.md does not name a/')
})
