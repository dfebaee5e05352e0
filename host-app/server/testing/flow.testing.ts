import { randomBytes } from 'node:crypto'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { wizardRoutes, type WizardRouteName } from '@bobbin/shared/wizard-routes'
import type { FlowEvent } from '@bobbin/shared/window-protocol'
import type { Services } from '../services.ts'

export const page = 'https://app.customer.test'

const random = () => randomBytes(16).toString('base64url')

/** A customer page and its wizard, spoken for by hand: what a browser would send, byte for byte. */
export function createTestFlow(app: FastifyInstance, { config }: Pick<Services, 'config'>, id = random()) {
  const key = random()
  let cookie: string | undefined

  /** The claim, as the page sends it. */
  function claim(
    token: string | undefined,
    options: Record<string, unknown> = { function: 'addSource', type: 'platform.test-shop' },
    { origin = page, appKey = key }: { origin?: string | null; appKey?: string } = {},
  ): Promise<LightMyRequestResponse> {
    return app.inject({
      method: 'POST',
      url: `/flows/${id}/claim`,
      headers: { 'content-type': 'text/plain', ...(origin === null ? {} : { origin }) },
      payload: JSON.stringify({ ephemeral_token: token, app_key: appKey, display: 'popup', ...options }),
    })
  }

  /** The window opens (or reloads) its page; the cookie is kept as a browser keeps it. */
  async function openPage(query = ''): Promise<LightMyRequestResponse> {
    const reply = await app.inject({ url: `/connect/${id}${query}`, headers: cookie ? { cookie } : {} })
    const set = [reply.headers['set-cookie'] ?? []].flat().find((one) => one.includes(id))
    if (set) cookie = set.split(';', 1)[0]
    return reply
  }

  function call(
    name: WizardRouteName,
    payload: unknown = {},
    headers: Record<string, string> = { origin: config.url },
  ): Promise<LightMyRequestResponse> {
    const { method, path } = wizardRoutes[name]
    return app.inject({
      method,
      url: `/connect/${id}/${path}`,
      headers: { ...headers, ...(cookie ? { cookie } : {}) },
      ...(method === 'POST' ? { payload: payload as object } : {}),
    })
  }

  async function relay(after = 0, appKey = key): Promise<FlowEvent[]> {
    const reply = await app.inject({
      url: `/flows/${id}/relay?after=${after}&wait=0`,
      headers: { authorization: `Bearer ${appKey}` },
    })
    return reply.statusCode === 200 ? (reply.json() as { events: FlowEvent[] }).events : []
  }

  return {
    id,
    key,
    claim,
    openPage,
    call,
    relay,
    cookie: () => cookie,
    /** Opens the page, claims, and proves that the page was met. */
    async begin(token: string, options?: Record<string, unknown>) {
      await openPage()
      await claim(token, options)
      await call('reportProof', { origin: page })
    },
    get: (path: string, headers: Record<string, string> = {}) =>
      app.inject({ url: path, headers: { ...(cookie ? { cookie } : {}), ...headers } }),
  }
}
export type TestFlow = ReturnType<typeof createTestFlow>
