import { describe, expect, it } from 'vitest'
import { options, result, settled, until, useFlowStandIns } from './flow-stand-ins.ts'

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
    at.host.answerClaims('cut', { status: 503, body: { error: 'Unavailable', message: '', data: {} } })
    const promise = at.connect.addSource(options)
    await at.claimed()
    at.host.tell('completed', result)
    await promise
    expect(at.host.claims).toHaveLength(3)
    expect(at.host.claims[2]).toEqual(at.host.claims[0])
  })

  it('that is refused closes the window and says why', async () => {
    const data = { reason: 'used' }
    at.host.answerClaims({ status: 409, body: { error: 'UpgradeEphemeralToken', message: 'no', data } })
    expect(await settled(at.connect.addSource(options))).toMatchObject({
      code: 'UpgradeEphemeralToken',
      message: 'Error upgrading ephemeral token.',
      reason: 'used',
      flowId: at.host.claims[0]?.flowId,
      docsUrl: `${at.host.origin}/client/errors.html#UpgradeEphemeralToken`,
    })
    expect(at.page.windows[0]?.closed).toBe(true)
  })

  it('that is refused closes a window that was just loading as soon as its page has come', async () => {
    at.page.isLoading = true
    const data = { reason: 'used' }
    at.host.answerClaims({ status: 409, body: { error: 'UpgradeEphemeralToken', message: 'no', data } })
    await settled(at.connect.addSource(options))
    expect(at.page.windows[0]?.closed).toBe(false)
    at.page.isLoading = false
    await until(() => at.page.windows[0]?.closed === true)
  })

  it.each([
    ['SourceNotFound', 'Integration with id 12 not found.', { id: 12 }, { sourceId: 12 }],
    ['UnknownSourceType', 'Unknown source type: "a.b".', { type: 'a.b' }, { type: 'a.b' }],
    ['InvalidOptions', 'The options are not valid.', { option: 'function' }, { problem: 'no such step' }],
    ['InvalidBody', 'Something went wrong on our side.', {}, { code: 'Internal' }],
  ])('refused by %s says: %s', async (error, message, data, fields) => {
    at.host.answerClaims({ status: 404, body: { error, message: 'no such step', data } })
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
