import { describe, expect, it, vi } from 'vitest'
import type { ErrorCode } from '@bobbin/shared/errors'
import { options, result, settled, until, useFlowStandIns } from './flow-stand-ins.testing.ts'
import { shortTimings } from './host-stand-in.testing.ts'
import { standInForWizard } from './wizard-stand-in.testing.ts'

const at = useFlowStandIns()

describe('the claim', () => {
  it('goes out as text, once, with what was asked for', async () => {
    const promise = at.connect.addSource({ ...options, default_streams: { a: true, b: 'x' as never } })
    await at.claimed()
    at.host.tell('completed', result)
    expect(await promise).toMatchObject({ ignored_default_streams: ['b'] })
    expect(at.host.claims).toHaveLength(1)
    const [claim] = at.host.claims
    expect(claim?.contentType).toMatch(/^text\/plain/)
    expect(claim?.body).toMatchObject({
      function: 'addSource',
      type: 'platform.demo-crm',
      ephemeral_token: 'secret-token',
      default_streams: { a: true },
      display: 'popup',
    })
  })

  it('is said again, in the same words, when its reply is lost', async () => {
    at.host.answerClaims('cut', { error: 'Unavailable' })
    const promise = at.connect.addSource(options)
    await at.claimed()
    at.host.tell('completed', result)
    await promise
    expect(at.host.claims).toHaveLength(3)
    expect(at.host.claims[2]).toEqual(at.host.claims[0])
  })

  it('that is refused closes the window and says why', async () => {
    const data = { reason: 'used' }
    at.host.answerClaims({ error: 'UpgradeEphemeralToken', message: 'no', data })
    expect(await settled(at.connect.addSource(options))).toMatchObject({
      code: 'UpgradeEphemeralToken',
      message: 'Error upgrading ephemeral token.',
      reason: 'used',
      flowId: at.host.claims[0]?.flowId,
      docsUrl: `${at.host.origin}/client/errors.html#UpgradeEphemeralToken`,
    })
    expect(at.page.windows[0]?.closed).toBe(true)
  })

  it('that is refused for its origin says which, and on the console too', async () => {
    const log = vi.spyOn(console, 'warn').mockReturnValue()
    const message = 'The origin https://app.test is not allowed.'
    const data = { reason: 'origin', origin: 'https://app.test' }
    at.host.answerClaims({ error: 'UpgradeEphemeralToken', message, data })
    const told = `Error upgrading ephemeral token. ${message}`
    expect(await settled(at.connect.addSource(options))).toMatchObject({ ...data, message: told })
    expect(log.mock.calls).toEqual([[told]])
  })

  it('that is refused closes a window that was just loading as soon as its page has come', async () => {
    at.page.isLoading = true
    const data = { reason: 'used' }
    at.host.answerClaims({ error: 'UpgradeEphemeralToken', message: 'no', data })
    await settled(at.connect.addSource(options))
    expect(at.page.windows[0]?.closed).toBe(false)
    at.page.isLoading = false
    await until(() => at.page.windows[0]?.closed === true)
  })

  it.each<[ErrorCode, string, Record<string, unknown>, object]>([
    ['SourceNotFound', 'Integration with id 12 not found.', { id: 12 }, { sourceId: 12 }],
    ['UnknownSourceType', 'Unknown source type: "a.b".', { type: 'a.b' }, { type: 'a.b' }],
    ['InvalidOptions', 'The options are not valid.', { option: 'function' }, { problem: 'no such step' }],
    ['InvalidBody', 'Something went wrong on our side.', {}, { code: 'Internal' }],
  ])('refused by %s says: %s', async (error, message, data, fields) => {
    at.host.answerClaims({ error, message: 'no such step', data })
    expect(await settled(at.connect.editSource({ id: 12 }))).toMatchObject({ message, ...fields })
  })

  it('without a token that was promised closes the window', async () => {
    const cause = new Error('down')
    const error = await settled(
      at.connect.addSource({ ...options, ephemeral_token: () => Promise.reject(cause) }),
    )
    expect(error).toMatchObject({ code: 'UpgradeEphemeralToken', reason: 'unavailable', cause })
    expect(at.page.windows[0]?.closed).toBe(true)
    expect(at.host.claims).toEqual([])
  })
})

/** As with credentials that something forces: the host has the claim, and its replies are withheld from the page. */
describe('a claim whose replies never arrive', () => {
  const claim = async () => ({
    ok: true as const,
    claim: { flow_id: 'f', timings: shortTimings, session_expires_at: Date.now() + 1e6 },
  })

  function enter(docId: string, ...claims: (typeof claim)[]) {
    return standInForWizard(at.page, at.page.windows.at(-1), docId, ...claims)
  }

  /** A page's own limits are those of before a claim. */
  async function limitClaims(limits: object): Promise<void> {
    const { defaultLimits } = await import('./limits.ts')
    Object.assign(defaultLimits, shortTimings, { call: 100 }, limits)
    at.host.relay = 'down'
    at.host.answerClaims(...Array<'cut'>(50).fill('cut'))
  }

  /** A document showed that the flow is claimed, and is there no more. */
  async function leaveForProvider(): Promise<void> {
    const before = enter('before')
    before.tell(1, 'claimed', {})
    await before.met()
    before.die()
  }

  it('is made by the wizard as soon as it is met, and not when the page would try again', async () => {
    await limitClaims({ claim: 60_000 })
    // Pauses as long as they get.
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const promise = at.connect.addSource(options)
    await until(() => at.host.claims.length === 4)
    enter('one', claim).tell(2, 'completed', result)
    expect(await promise).toEqual(result)
    expect(at.host.claims).toHaveLength(4)
  })

  it('is sent no more once the wizard has made it', async () => {
    await limitClaims({ claim: 60_000 })
    const promise = at.connect.addSource(options)
    await until(() => at.host.claims.length === 1)
    const wizard = enter('one', claim)
    wizard.tell(2, 'step', { step: 'form', source_id: null })
    await wizard.met()
    // Unheard, the page greets on, for longer than its first pauses would be.
    const greetings = at.page.windows[0]?.messages ?? []
    const before = greetings.length
    await until(() => greetings.length > before + 50)
    expect(at.host.claims.length).toBeLessThan(3)
    wizard.tell(3, 'completed', result)
    expect(await promise).toEqual(result)
  })

  it('ends in RelayUnreachable when the window was cut off on its way, and can be resumed', async () => {
    await limitClaims({ claim: 3_000, away: 60_000 })
    const promise = at.connect.addSource(options)
    await leaveForProvider()
    const [popup] = at.page.windows
    Object.assign(popup ?? {}, { closed: true })
    const error = await settled(promise)
    expect(error).toMatchObject({ code: 'RelayUnreachable', resume: expect.any(Function) })

    const again = (error as { resume(): Promise<unknown> }).resume()
    const later = enter('two', claim)
    later.tell(1, 'claimed', {})
    later.tell(2, 'completed', result)
    expect(at.page.windows.at(-1)?.url.href).toBe(popup?.url.href)
    expect(await again).toEqual(result)
  })

  it('leaves a window at its provider alone, which comes back and claims', async () => {
    await limitClaims({ claim: 3_000, away: 60_000 })
    const promise = at.connect.addSource(options)
    await leaveForProvider()
    // The longest pause between two tries would be over, too.
    const waited = new Promise((resolve) => setTimeout(resolve, 6_000, 'waited'))
    expect(await Promise.race([settled(promise), waited])).toBe('waited')
    expect(at.page.windows[0]?.closed).toBe(false)
    enter('after', claim).tell(2, 'completed', result)
    expect(await promise).toEqual(result)
  })

  it('ends in RelayUnreachable when the window does not come back from its provider', async () => {
    await limitClaims({ claim: 3_000, away: 3_500 })
    const promise = at.connect.addSource(options)
    await leaveForProvider()
    expect(await settled(promise)).toMatchObject({ code: 'RelayUnreachable', resume: expect.any(Function) })
    // It is where its person is.
    expect(at.page.windows[0]?.closed).toBe(false)
  })

  it('closes a window that never showed a claimed flow', async () => {
    await limitClaims({ claim: 500 })
    const error = await settled(at.connect.addSource(options))
    expect(error).toMatchObject({ code: 'RelayUnreachable' })
    expect(error).not.toHaveProperty('resume')
    expect(at.page.windows[0]?.closed).toBe(true)
  })
})
