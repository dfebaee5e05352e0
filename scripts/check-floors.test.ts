import { expect, it } from 'vitest'
import { findWrongImports } from './check-floors.mjs'

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
  ['nor a connector', `${server}/nouns/sources/sources.ts`, '../../../connectors/example/connector.ts'],
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
  ['what only tests use is not product', `${server}/nouns/oauth/oauth.ts`, './oauth-world.testing.ts'],
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
