import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { findWrongImports, mayImport } from './check-floors.mjs'

const server = 'host-app/server'

/** What is said about a file with these imports. */
const about = (path: string, ...imports: string[]) =>
  findWrongImports({ [path]: imports.map((name) => `import { a } from '${name}'`).join('\n') })

it.each([
  ['the ground uses nothing', `${server}/ground/ids.ts`, '../store/database.ts'],
  ['the store does not go out', `${server}/store/job-queue.ts`, '../edges/outbound/outbound.ts'],
  ['an edge does not know nouns', `${server}/edges/outbound/outbound.ts`, '../../nouns/sources/sources.ts'],
  ['a noun does not know the transport', `${server}/nouns/flows/flows.ts`, '../../http/wizard-page.ts'],
  ['a noun does not know doors', `${server}/nouns/flows/flows.ts`, '../../doors/flows/page-routes.ts'],
  ['a noun does not know the process', `${server}/nouns/oauth/oauth.ts`, '../../config.ts'],
  ['the transport does not know nouns', `${server}/http/paging.ts`, '../nouns/sources/sources.ts'],
  ['a door does not go out', `${server}/doors/connect-api/sources.ts`, '../../edges/outbound/outbound.ts'],
  ['a door does not know the process', `${server}/doors/connect-api/sources.ts`, '../../services.ts'],
  ['a door does not know other doors', `${server}/doors/connect-api/sources.ts`, '../flows/page-routes.ts'],
  ['no floor knows the wizard', `${server}/nouns/flows/flows.ts`, '../../../wizard/render.tsx'],
  ['nor a connector', `${server}/nouns/sources/sources.ts`, '../../../connectors/stripe/connector.ts'],
  [
    'the ground does not know what a connector is',
    `${server}/ground/ids.ts`,
    '../../connectors/connector.ts',
  ],
  ['a noun is entered by its name, by a door', `${server}/doors/flows/a.ts`, '../../nouns/oauth/refusals.ts'],
  ['by another noun', `${server}/nouns/flows/a.ts`, '../oauth/refusals.ts'],
  ['by the process', `${server}/services.ts`, './nouns/oauth/refusals.ts'],
  ['by a command', 'host-app/cli/keys.ts', '../server/nouns/credentials/rotate-keys.ts'],
  ['a connector does not know the server', 'host-app/connectors/crm/api.ts', '../../server/ground/ids.ts'],
  ['nor another one', 'host-app/connectors/crm/api.ts', '../example/connector.ts'],
  ['nor who knows all of them', 'host-app/connectors/crm/api.ts', '../registry.ts'],
  ['nor the client', 'host-app/connectors/crm/api.ts', '@bobbin/client'],
  ['nor whoever else there is, by the package’s name', 'host-app/connectors/crm/api.ts', 'bobbin'],
  ['the contract uses nothing', 'shared/src/api.ts', '../../client/src/flow.ts'],
  ['a page knows the contract alone', 'client/src/flow.ts', '../../host-app/server/ground/ids.ts'],
  ['so does the wizard', 'host-app/wizard/app.tsx', '../server/ground/ids.ts'],
  ['the command line is no door', 'host-app/cli/keys.ts', '../server/doors/connect-api/sources.ts'],
  ['the demo reads no rows', 'host-app/demo/main.ts', '../server/nouns/sources/sources.ts'],
  ['stories use what is served', 'e2e/specs/a.spec.ts', '../../host-app/server/nouns/flows/flows.ts'],
  ['benchmarks measure what is served, and edges', 'bench/a.ts', '../host-app/server/core.ts'],
  ['nobody builds upon bench', 'e2e/stack.ts', '../bench/bench-options.ts'],
  ['a command of the repository runs programs', 'scripts/start.mjs', '../host-app/server/main.ts'],
  ['a folder has its row in the table', 'host-app/new/a.ts', '@bobbin/shared/errors'],
  ['what only tests use is not product', `${server}/nouns/oauth/oauth.ts`, './oauth-world.testing.ts'],
  ['nor in the client', 'client/src/index.ts', './host-stand-in.testing.ts'],
  ['nor is a test', 'client/src/index.ts', './index.test.ts'],
  ['nor is a harness', `${server}/main.ts`, './testing/app.ts'],
])('%s', (_, path, name) => {
  expect(about(path, name)).toEqual([expect.stringMatching(new RegExp(`^${path}: .*: ${name}$`))])
})

it('what goes down, stays in its room, or puts the process together is fine', () => {
  const fine = [
    about(`${server}/ground/ids.ts`, './time.ts', 'nanoid', 'node:crypto'),
    about(`${server}/edges/outbound/outbound.ts`, '../../ground/ids.ts', '../../../connectors/connector.ts'),
    about(
      `${server}/nouns/oauth/oauth.ts`,
      '../events/events.ts',
      './refusals.ts',
      '../../store/database.ts',
    ),
    about(
      `${server}/doors/flows/page-routes.ts`,
      '../../http/paging.ts',
      '../../nouns/flows/flows.ts',
      './a.ts',
    ),
    about(`${server}/services.ts`, './nouns/oauth/oauth.ts', './doors/flows/page-routes.ts', './config.ts'),
    about(`${server}/nouns/oauth/oauth.test.ts`, './oauth-world.testing.ts', '../events/event-log.ts'),
    about('e2e/global-setup.ts', '../host-app/connectors/crm/world.testing.ts', '../scripts/run.mjs'),
    about('bench/isolation/a.ts', '../../host-app/server/edges/outbound/outbound.ts'),
    about('host-app/demo/main.ts', '../server/config.ts', '../server/store/whole-file.ts'),
    about('host-app/connectors/crm/api.ts', '../connector.ts', './errors.ts', '@bobbin/shared/errors', 'pg'),
  ]
  expect(fine.flat()).toEqual([])
})

it('types, exports and imports in the middle count as well', () => {
  const path = `${server}/ground/ids.ts`
  const text = `
    import type { A } from '../store/a.ts'
    export { b } from '../store/b.ts'
    export const c = () => import('../store/c.ts')
    type D = import('../store/d.ts').D`
  expect(findWrongImports({ [path]: text })).toHaveLength(4)
})

it('files do not run in a circle, nor do nouns by different files', () => {
  const noun = (name: string, text: string) => ({ [`${server}/nouns/${name}.ts`]: text })
  expect(
    findWrongImports({
      'shared/src/a.ts': `import type { B } from './b.ts'`,
      'shared/src/b.ts': `import { c } from './c.ts'`,
      'shared/src/c.ts': `export { a } from './a.ts'`,
      ...noun('flows/flows', `import { sources } from '../sources/sources.ts'`),
      ...noun('sources/sources', ''),
      ...noun('sources/row', `import { flows } from '../flows/flows.ts'`),
    }),
  ).toEqual([
    'files in a circle: shared/src/a.ts > shared/src/b.ts > shared/src/c.ts > shared/src/a.ts',
    'nouns in a circle: flows > sources > flows',
  ])
})

it('ARCHITECTURE.md shows the table as it is', async () => {
  const text = await readFile(new URL('../ARCHITECTURE.md', import.meta.url), 'utf8')
  const [, table = ''] = /<!-- imports -->([^]*?)<!-- \/imports -->/.exec(text) ?? []
  const namesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)
  const rows = table.split('\n').map((line) => line.split('|').slice(1).map(namesIn))
  const shown = rows.flatMap(([who = [], whom = []]) => who.map((name) => [name, whom.toSorted()] as const))
  expect(Object.fromEntries(shown)).toEqual(
    Object.fromEntries(Object.entries(mayImport).map(([name, names]) => [name, names.toSorted()])),
  )
})
