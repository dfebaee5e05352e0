import { expect, it } from 'vitest'
import { missingFiles, unnamedFolders, wrongSettings } from './check-documents.mjs'

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

it('finds settings that the table does not tell of, tells of in vain, or with another default', () => {
  const config = `
    PORT: z.coerce.number().int().default(4400),
    BOBBIN_A: positiveInteger.default(1_200),
    BOBBIN_B: slots.default(3),
    BOBBIN_DIR: z.string().default('data'),
    BOBBIN_MEMORY: z.coerce
      .number()
      .default(192),
    BOBBIN_FREE: z.string().optional(),
    NODE_ENV: z.string().optional(),`
  const rows = [
    '| `PORT` | 4400 | port |',
    '| `BOBBIN_A`, `BOBBIN_B` | 1200, 3 | two |',
    '| `BOBBIN_DIR` | `data` | folder |',
    '| `BOBBIN_MEMORY` | 192 | megabytes |',
    '| `BOBBIN_FREE` |  | whatever |',
  ]
  expect(wrongSettings(rows.join('\n'), config)).toEqual([])
  expect(wrongSettings(rows.slice(1).join('\n'), config)).toEqual(['no row tells of PORT'])
  expect(wrongSettings([...rows, '| `BOBBIN_OLD` | 1 | gone |'].join('\n'), config)).toEqual([
    'nothing reads BOBBIN_OLD',
  ])
  expect(wrongSettings(rows.join('\n').replace('1200, 3', '1200, 4').replace('192', '384'), config)).toEqual([
    'BOBBIN_B is 3 by default, not 4',
    'BOBBIN_MEMORY is 192 by default, not 384',
  ])
})
