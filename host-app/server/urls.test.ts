import { fileURLToPath } from 'node:url'
import { api } from '@bobbin/shared/api'
import { wizardRoutes } from '@bobbin/shared/wizard-routes'
import type { RouteOptions } from 'fastify'
import { expect, it } from 'vitest'
import { createHttpServer } from './http/http-server.ts'
import { limitCalls } from './http/limit-calls.ts'
import { registerRoutes } from './routes.ts'
import { createTestApp } from './testing/app.testing.ts'

const server = fileURLToPath(new URL('.', import.meta.url))

/** The file that registered a route: the last on the way to it that is no transport. */
function keeperOf({ stack = '' }: Error): string {
  // The plugin registers later, when ours has long returned.
  if (stack.includes('@fastify/static')) return 'http/static-files.ts'
  const files = [...stack.matchAll(/host-app\/server\/([\w./-]+\.ts)/g)].map(([, file]) => file ?? '')
  const isKeeper = (file: string) => file.startsWith('doors/') || file.startsWith('http/')
  return files.find((file) => isKeeper(file) && file !== 'http/door.ts') ?? '?'
}

const methodsOf = ({ method }: RouteOptions) =>
  String(method)
    .split(',')
    .filter((one) => one !== 'OPTIONS')

/** What the tables of `shared` call a request. */
const names = new Map<string, string>([
  ...Object.entries(api).map(([name, { method, path }]) => [`${method} ${path}`, name] as const),
  ...Object.entries(wizardRoutes).map(
    ([name, { method, path }]) => [`${method} /connect/:id/${path}`, name] as const,
  ),
])

/** One line for each address and what is asked of it; a HEAD stands with its GET. */
function linesOf(routes: readonly { url: string; method: string }[]): string[] {
  const heads = new Set(routes.filter(({ method }) => method === 'HEAD').map(({ url }) => url))
  return routes
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, url }) => {
      const name = names.get(`${method} ${url}`)
      return `- \`${method === 'GET' && heads.has(url) ? 'GET, HEAD' : method} ${url}\`${name ? ` ${name}` : ''}`
    })
}

it('the map of every URL says where each is kept; `npm run unit -- urls -u` draws it anew', async () => {
  const test = await createTestApp({ BOBBIN_PARTNER_REDIRECT_URIS: 'https://partner.test/back' })
  Error.stackTraceLimit = 60
  const found: { keeper: string; url: string; method: string }[] = []
  const app = createHttpServer(test.services.config, test.services.log)
  app.addHook('onRoute', (route) => {
    const keeper = keeperOf(new Error('here'))
    for (const method of methodsOf(route)) found.push({ keeper, url: route.url, method })
  })
  await limitCalls(app, test.services.config.rateLimits)
  await registerRoutes(app, test.services)
  await app.ready()
  await app.close()
  await test.close()

  expect(found.filter(({ keeper }) => keeper === '?')).toEqual([])
  const keepers = [...new Set(found.map(({ keeper }) => keeper))].toSorted()
  const lines = keepers.flatMap((keeper) => {
    const urls = found.filter((route) => route.keeper === keeper)
    return ['', `## [\`${keeper}\`](../host-app/server/${keeper})`, '', ...linesOf(urls)]
  })
  // Every name of a table is somewhere.
  expect([...names.values()].filter((name) => !lines.some((line) => line.endsWith(` ${name}`)))).toEqual([])
  const head = `# Every URL

Drawn from the running server: which file of \`host-app/server/\` keeps which URL, and what the tables call it. What the REST
API takes and answers stands in \`shared/src/api/\`, and for readers at \`/docs\`; what the wizard's own calls under
\`/connect/:id/\` do, in \`shared/src/wizard-routes.ts\` and \`wizard-api.ts\`. The partner's (\`doors/partner/\`) are there
once \`BOBBIN_PARTNER_REDIRECT_URIS\` is set. A preflight (\`OPTIONS\`) is answered under \`/flows/\`, \`/connector\` and \`/api/\`. The demo (\`host-app/demo/\`)
has URLs of its own, which are not here.
`
  await expect(`${head}${lines.join('\n')}\n`).toMatchFileSnapshot(`${server}../../docs/urls.md`)
})
