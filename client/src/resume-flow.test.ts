import { describe, expect, it } from 'vitest'
import { options, result, settled, until, useFlowStandIns } from './flow-stand-ins.testing.ts'

const at = useFlowStandIns()

describe('a window that has gone', () => {
  it('rejects with an error that resumes the flow, and gets a late result', async () => {
    const promise = at.connect.addSource(options)
    await at.claimed()
    at.host.tell('here', { doc: 'd' })
    at.host.tell('step', { step: 'form', source_id: 7 })
    at.host.tell('gone', { reason: 'crashed', certainty: 'confirmed' })
    const error = await settled(promise)
    expect(error).toMatchObject({
      code: 'AppClosedPrematurely',
      reason: 'crashed',
      sourceId: 7,
      step: 'form',
    })

    at.host.tell('completed', result)
    const again = (error as { resume(): Promise<unknown> }).resume()
    const [first, second] = at.page.windows
    expect(second?.url.href).toBe(first?.url.href)
    expect(second?.name).not.toBe(first?.name)
    expect(await again).toEqual(result)
    expect(at.host.claims).toHaveLength(1)
  })

  it('after a refusal at the provider is that refusal', async () => {
    const promise = at.connect.addSource(options)
    await at.claimed()
    at.host.tell('here', { doc: 'd' })
    at.host.tell('back', {
      error: { code: 'AuthorizeFailure', message: '', data: { providerCode: 'access_denied' } },
    })
    at.host.tell('gone', { reason: 'closed', certainty: 'confirmed' })
    expect(await settled(promise)).toMatchObject({
      code: 'AuthorizeFailure',
      providerCode: 'access_denied',
      resume: expect.any(Function),
    })
  })

  it('before it said a word is a load that failed', async () => {
    const error = await settled(at.connect.addSource(options))
    expect(error).toMatchObject({ code: 'AppLoadTimeout', resume: expect.any(Function) })
    expect(at.page.windows[0]?.closed).toBe(true)
  })

  it('as it only seems, while it is cut off, changes nothing', async () => {
    const events: string[] = []
    const promise = at.connect.addSource({ ...options, onEvent: ({ type }) => void events.push(type) })
    await at.claimed()
    at.host.tell('here', { doc: 'd' })
    Object.assign(at.page.windows[0] ?? {}, { closed: true })
    await until(() => events.includes('severed'))
    at.host.tell('away', { provider: 'CRM' })
    await until(() => events.includes('uncertain'))
    at.host.tell('completed', result)
    expect(await promise).toEqual(result)
  })
})

describe('after a reload of the page', () => {
  it('resume() gets the result, and finds the window', async () => {
    void settled(at.connect.addSource(options))
    await at.claimed()
    at.host.tell('here', { doc: 'd' })
    at.host.tell('step', { step: 'form', source_id: 7 })
    await until(() => Object.values(sessionStorage).some((text) => String(text).includes('"latest":2')))
    await at.reload()
    const promise = at.connect.resume()
    await until(() => at.connect.isOpen())
    at.connect.focus()
    expect(at.page.windows).toHaveLength(1)
    expect(at.page.windows[0]?.focused).toBe(1)
    at.host.tell('completed', result)
    expect(await promise).toEqual(result)
    expect(await at.connect.resume()).toBeNull()
  })

  it('resume() is not misled by a window that was missed and found again', async () => {
    void settled(at.connect.addSource(options))
    await at.claimed()
    await at.reload()
    at.host.tell('here', { doc: 'd' })
    at.host.tell('gone', { reason: 'crashed', certainty: 'confirmed' })
    at.host.tell('here', { doc: 'e' })
    const promise = at.connect.resume()
    await until(() => at.connect.isOpen())
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(at.page.windows).toHaveLength(1)
    at.host.tell('completed', result)
    expect(await promise).toEqual(result)
  })

  it('resume() opens the window again when it has gone', async () => {
    void settled(at.connect.addSource(options))
    await at.claimed()
    await at.reload()
    at.host.tell('here', { doc: 'd' })
    at.host.tell('gone', { reason: 'closed', certainty: 'confirmed' })
    Object.assign(at.page.windows[0] ?? {}, { closed: true })
    const promise = at.connect.resume()
    await until(() => at.page.windows.length === 2)
    expect(at.page.windows[1]?.url.href).toBe(at.page.windows[0]?.url.href)
    at.host.tell('completed', result)
    expect(await promise).toEqual(result)
  })

  it('resume() has nothing to give when the host knows no such flow', async () => {
    void settled(at.connect.addSource(options))
    await at.claimed()
    await at.reload()
    at.host.relay = 'unknown'
    expect(await at.connect.resume()).toBeNull()
  })

  it('nothing secret but the flow’s own key was stored', async () => {
    void settled(at.connect.addSource(options))
    await at.claimed()
    expect(JSON.stringify(sessionStorage)).not.toContain('secret-token')
  })

  it('resume() without a flow is null', async () => {
    expect(await at.connect.resume()).toBeNull()
    expect(await at.connect.resume({ flowId: 'x'.repeat(22) })).toBeNull()
  })
})
