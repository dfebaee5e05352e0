import type { Account } from '../../connect-api.ts'
import { expect, test } from '../../fixtures.ts'
import { flowEvents } from '../once/flow-events.ts'
import { demoCrm } from '../popup/crm-trip.ts'
import { expectError } from '../popup/promises.ts'
import { expectMet } from './met.ts'
import { ask, claim, randomId } from './scripted-page.ts'

/** A flow's id is no secret: what counts is the key that the page keeps to itself. */

test(
  'a flow cannot be read or cancelled without its key, nor with that of another flow',
  {
    tag: ['@popup-52', '@attack'],
  },
  async ({ cleanStack, account, customer }) => {
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
    const path = new URL(wizard.url()).pathname.replace('/connect/', '/flows/')
    const other = await claimed(cleanStack, account)

    await expectMet(customer)
    for (const authorization of [
      undefined,
      'Bearer ',
      `Bearer ${other.appKey}`,
      `Bearer ${randomId()}`,
      other.appKey,
    ]) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
      const origin = cleanStack.origins.opener
      for (const [method, route] of [
        ['GET', '/relay'],
        ['GET', '/relay?after=0&wait=0'],
        ['POST', '/cancel'],
      ] as const) {
        const answer = await ask(cleanStack, method, path + route, { headers: { ...headers, origin } })
        expect([route, answer.status, answer.json()['error']]).toEqual([route, 404, 'NotFound'])
      }
    }
    expect(call.isPending()).toBe(true)
    expect(await flowEvents(account)).toEqual([])
    const own = await ask(cleanStack, 'GET', `/flows/${other.flowId}/relay?wait=0`, {
      headers: { authorization: `Bearer ${other.appKey}` },
    })
    expect(own.status).toBe(200)
  },
)

test(
  'of many claims of one flow that race, one key wins, the flow stops, and no other token is spent',
  {
    tag: '@attack',
  },
  async ({ cleanStack, account }) => {
    const flowId = randomId()
    const rivals = await Promise.all(
      Array.from({ length: 8 }, async () => ({
        app_key: randomId(),
        ephemeral_token: await account.createToken(),
        type: demoCrm,
      })),
    )
    const answers = await Promise.all(rivals.map((rival) => claim(cleanStack, flowId, rival)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(409)])
    expect(await flowEvents(account)).toMatchObject([
      { type: 'flow.failed', data: { code: 'FlowSuperseded', flow_id: flowId } },
    ])
    for (const [index, rival] of rivals.entries()) {
      const again = await claim(cleanStack, randomId(), rival)
      expect(again.status).toBe(answers[index]?.status === 200 ? 409 : 200)
    }
  },
)

test(
  'of many claims with one token that race, one flow wins, and may repeat itself',
  {
    tag: '@attack',
  },
  async ({ cleanStack, account }) => {
    const token = await account.createToken()
    const rivals = Array.from({ length: 8 }, () => ({
      flowId: randomId(),
      request: { app_key: randomId(), ephemeral_token: token, type: demoCrm },
    }))
    const claimAll = () =>
      Promise.all(rivals.map(({ flowId, request }) => claim(cleanStack, flowId, request)))
    const first = (await claimAll()).map(({ status }) => status)
    expect(first.toSorted()).toEqual([200, ...Array(7).fill(409)])
    expect((await claimAll()).map(({ status }) => status)).toEqual(first)
  },
)

test(
  'a flow that is claimed again with another key stops, and page and window say so',
  {
    tag: '@attack',
  },
  async ({ cleanStack, account, customer }) => {
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    await expectMet(customer)
    const flowId = new URL(wizard.url()).pathname.split('/')[2] ?? ''
    const token = await account.createToken()
    const rival = await claim(cleanStack, flowId, {
      app_key: randomId(),
      ephemeral_token: token,
      type: demoCrm,
    })
    expect([rival.status, rival.json()]).toMatchObject([
      409,
      { error: 'UpgradeEphemeralToken', data: { reason: 'used' } },
    ])
    await expectError(call, { name: 'FlowSupersededError', flowId })
    await expect(wizard.getByRole('heading', { level: 1, name: 'This was stopped' })).toBeVisible()
  },
)

test(
  'a flow that somebody else claimed first is refused to the page, and its token is still good',
  {
    tag: '@attack',
  },
  async ({ cleanStack, account, customer }) => {
    const token = cleanStack.proxy.rule({ path: '/token' }, { hold: true })
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
    const flowId = new URL(wizard.url()).pathname.split('/')[2] ?? ''
    const thief = { app_key: randomId(), ephemeral_token: await account.createToken(), type: demoCrm }
    expect((await claim(cleanStack, flowId, thief)).status).toBe(200)
    const given = customer.page.waitForResponse((response) => response.url().endsWith('/token'))
    token.lift()
    await expectError(call, { name: 'UpgradeEphemeralTokenError', reason: 'used' })
    const { ephemeral_token: unspent } = (await (await given).json()) as { ephemeral_token: string }
    const again = { app_key: randomId(), ephemeral_token: unspent, type: demoCrm }
    expect((await claim(cleanStack, randomId(), again)).status).toBe(200)
  },
)

async function claimed(
  stack: Parameters<typeof claim>[0],
  account: Account,
): Promise<{ flowId: string; appKey: string }> {
  const [flowId, appKey] = [randomId(), randomId()]
  const request = { app_key: appKey, ephemeral_token: await account.createToken(), type: demoCrm }
  expect((await claim(stack, flowId, request)).status).toBe(200)
  return { flowId, appKey }
}
