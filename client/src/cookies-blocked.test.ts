import { expect, it } from 'vitest'
import { shortTimings } from './host-stand-in.testing.ts'
import { options, result, settled, until, useFlowStandIns } from './flow-stand-ins.testing.ts'

/** A wizard whose cookies the browser blocks says so at each hello. */
const at = useFlowStandIns()

/** Says it to the page, from the window that it opened. */
function say(message: object = {}, origin = at.host.origin): void {
  const popup = at.page.windows[0]!
  const flowId = popup.url.pathname.split('/')[2]
  at.page.hear(popup, { data: { bobbin: 1, flowId, kind: 'barred', ...message }, origin, ports: [] })
}

it('rejects at once, with an error that can resume, and leaves the window open', async () => {
  const promise = settled(at.connect.addSource(options))
  await at.claimed()
  say()
  expect(await promise).toMatchObject({
    code: 'CookiesBlocked',
    retryable: true,
    resume: expect.any(Function),
  })
  expect(at.page.windows[0]?.closed).toBe(false)
})

it('leaves the window open for as long as the person takes to allow them', async () => {
  const load = 1_000
  at.host.answerClaims({ timings: { ...shortTimings, load } })
  const promise = settled(at.connect.addSource(options))
  await at.claimed()
  say()
  expect(await promise).toMatchObject({ code: 'CookiesBlocked' })
  await new Promise((resolve) => setTimeout(resolve, load + 500))
  expect(at.page.windows[0]?.closed).toBe(false)
})

it('means nothing from another origin, or about another flow', async () => {
  const promise = at.connect.addSource(options)
  await at.claimed()
  say({}, 'https://evil.example.com')
  say({ flowId: 'A'.repeat(22) })
  say({ bobbin: 2 })
  at.host.tell('completed', result)
  expect(await promise).toEqual(result)
})

it('waits for the claim, without which nothing can be resumed', async () => {
  let give = (_token: string) => {}
  const ephemeral_token = () => new Promise<string>((resolve) => (give = resolve))
  const promise = at.connect.addSource({ ...options, ephemeral_token })
  let isSettled = false
  promise.catch(() => (isSettled = true))
  await until(() => at.page.windows.length > 0)
  say()
  await new Promise((resolve) => setTimeout(resolve))
  expect(isSettled).toBe(false)
  give('secret-token')
  await at.claimed()
  say()
  expect(await settled(promise)).toMatchObject({ code: 'CookiesBlocked' })
})
