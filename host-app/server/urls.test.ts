import { fileURLToPath } from 'node:url'
import type { RouteOptions } from 'fastify'
import { expect, it } from 'vitest'
import { createHttpServer } from './http/http-server.ts'
import { limitCalls } from './http/rate-limit.ts'
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

const isNamed = ({ method }: RouteOptions) => !(method === 'HEAD' || method === 'OPTIONS')

it('the map of every URL says where each is kept; `npm run unit -- urls -u` draws it anew', async () => {
  const test = await createTestApp({ BOBBIN_PARTNER_REDIRECT_URIS: 'https://partner.test/back' })
  Error.stackTraceLimit = 60
  const found: { keeper: string; url: string; method: string }[] = []
  const app = createHttpServer(test.services.config, test.services.log)
  app.addHook('onRoute', (route) => {
    const keeper = keeperOf(new Error('here'))
    if (isNamed(route))
      found.push({ keeper, url: route.url, method: String(route.method).replace('HEAD,', '') })
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
    return [
      '',
      `## [\`${keeper}\`](../host-app/server/${keeper})`,
      '',
      ...urls.map(({ method, url }) => `- \`${method} ${url}\``),
    ]
  })
  const head =
    '# Every URL\n\nDrawn from the running server: which file of `host-app/server/` keeps which URL. What the endpoints of the REST API\ntake and answer stands in `shared/src/api/`, and for readers at `/docs`.\n'
  await expect(`${head}${lines.join('\n')}\n`).toMatchFileSnapshot(`${server}../../docs/urls.md`)
})
