import { expect, it } from 'vitest'
import {
  missingFiles,
  unlistedFiles,
  unnamedFolders,
  wrongPlaces,
  wrongProviderFields,
  wrongSettings,
} from './check-documents.mjs'

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

it('finds files that the list of those beside a README leaves out', () => {
  const beside = [...files, 'a/one.test.ts', 'a/three.testing.ts', 'a/two.tsx', 'shared/src/four.ts']
  const unlisted = (text: string) => unlistedFiles({ 'a/README.md': text }, beside)
  expect(unlisted('| `one.ts`, `two.tsx` | both |')).toEqual([])
  expect(unlisted('| `one.ts` | one |\n\nBut `two.tsx`.')).toEqual(['a/README.md does not list a/two.tsx'])
  expect(unlisted('See `one.ts`.')).toEqual([])
  expect(unlistedFiles({ 'shared/README.md': '| `four.ts` | |' }, [...beside, 'shared/src/five.ts'])).toEqual(
    ['shared/README.md does not list shared/src/five.ts'],
  )
})

it('finds where the list of what puts all together differs', () => {
  const block = (inner: string) =>
    `<!-- put together -->\n${inner}\n<!-- /put together -->\nand \`server/c.ts\``
  const places = ['host-app/server/a.ts', 'host-app/cli/b.ts']
  expect(wrongPlaces(block('`server/a.ts`, `cli/b.ts`'), places)).toEqual([])
  expect(wrongPlaces(block('`server/a.ts`, `server/c.ts`'), places)).toEqual([
    'nothing says that host-app/cli/b.ts may',
    'host-app/server/c.ts may not',
  ])
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

it('finds fields of a provider that the table leaves out, or tells of in vain', () => {
  const source = [
    'interface P {',
    '  readonly issuer: string',
    '  readonly revocation?: {',
    '    readonly endpoint: string',
    '  }',
    '  readonly sendsNonce?: boolean',
    '  readonly quirks?: {',
    '    readonly okFlag?: boolean',
    '  }',
    '}',
  ].join('\n')
  const readme = (...names: string[]) =>
    ['<!-- provider -->', ...names.map((name) => `| \`${name}\` | | x |`), '<!-- /provider -->'].join('\n')
  expect(
    wrongProviderFields(readme('issuer', 'revocation.endpoint', 'sendsNonce', 'quirks.okFlag'), source),
  ).toEqual([])
  const parts = { revocation: 'interface R {\n  readonly token?: string\n}' }
  expect(
    wrongProviderFields(
      readme('a', 'revocation.token'),
      'interface P {\n  readonly a: string\n  readonly revocation?: R\n}',
      parts,
    ),
  ).toEqual([])
  expect(wrongProviderFields(readme('issuer', 'old'), source)).toEqual([
    'no row tells of revocation.endpoint',
    'no row tells of sendsNonce',
    'no row tells of quirks.okFlag',
    'there is no old',
  ])
})
