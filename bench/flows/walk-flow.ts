import { flowState, type FlowState } from '@bobbin/shared/flow'
import { wizardRoutes, type WizardRouteName } from '@bobbin/shared/wizard-routes'
import { randomId } from '../exchanges/claim-request.ts'

/**
 * One whole flow by its HTTP calls alone, as page and wizard make them: the wizard's page, claim, proof,
 * form, check, selection, outcome. Throws unless it ends completed.
 */
export async function walkFlow(way: Way): Promise<void> {
  const { state, call } = await walkToStreams(way)
  await call('listStreams')
  const ended = await state('saveSelection', {
    changes: [{ tap_stream_id: 'orders', selected: true }],
    then: 'save',
  })
  if (ended.outcome?.kind !== 'completed')
    throw new Error(`The flow ended as ${JSON.stringify(ended.outcome)}`)
}

interface Way {
  /** Where the host app listens. */
  host: string
  /** Its own origin, as its own pages send it. */
  url: string
  origin: string
  type: string
  token: string
  properties?: Record<string, string>
}

/** The same, as far as to the choice among the streams. */
export async function walkToStreams({
  host,
  url,
  origin,
  type,
  token,
  properties = { host: 'db.example.com', password: 'secret' },
}: Way) {
  const flowId = randomId()
  const page = await fetch(`${host}/connect/${flowId}?function=addSource&type=${type}`, {
    headers: { 'X-Forwarded-For': randomAddress() },
  })
  const cookie = page.headers.get('set-cookie')?.split(';', 1)[0]
  await page.arrayBuffer()
  if (!page.ok || cookie === undefined) throw new Error(`The wizard's page: ${page.status}`)

  await json(`${host}/flows/${flowId}/claim`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', Origin: origin },
    body: JSON.stringify({
      ephemeral_token: token,
      app_key: randomId(),
      function: 'addSource',
      type,
      display: 'popup',
    }),
  })

  async function call(name: WizardRouteName, body?: unknown): Promise<unknown> {
    const { method, path } = wizardRoutes[name]
    return json(`${host}/connect/${flowId}/${path}`, {
      method,
      headers: { Cookie: cookie!, Origin: url, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }
  const state = async (name: WizardRouteName, body?: unknown): Promise<FlowState> =>
    flowState.parse(await call(name, body))

  await state('reportProof', { origin })
  await state('saveForm', {
    display_name: `Source ${flowId}`,
    properties,
  })
  await call('startCheck', {})
  for (let tries = 0; (await state('getState')).check?.status !== 'succeeded'; tries++) {
    if (tries > 20_000) throw new Error('The check does not end.')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await state('finishCheck', {})
  return { flowId, cookie, state, call }
}

async function json(url: string, init: RequestInit): Promise<unknown> {
  const answer = await fetch(url, init)
  if (!answer.ok) throw new Error(`${init.method} ${url}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

/** An address of a private network: each window comes from another one. */
function randomAddress(): string {
  return ['10', ...Array.from({ length: 3 }, () => Math.floor(Math.random() * 254) + 1)].join('.')
}
