import { describe, expect, it, vi } from 'vitest'
import { options, result, settled, until, useFlowStandIns } from './flow-stand-ins.testing.ts'
import { shortTimings } from './host-stand-in.testing.ts'
import type { ProgressEvent } from './options.ts'

const at = useFlowStandIns()

describe('the relay', () => {
  it('goes on after the last event when it is cut', async () => {
    const told = vi.fn<(event: ProgressEvent) => void>()
    const promise = at.connect.addSource({ ...options, onEvent: told })
    await at.claimed()
    at.host.tell('away', { provider: 'CRM' })
    await until(() => told.mock.calls.length === 3)
    at.host.cutStreams()
    await until(() => at.host.questions.some(({ after, wait }) => after === 2 && wait === null))
    at.host.tell('completed', result)
    expect(await promise).toEqual(result)
  })

  it('becomes a long poll where streams do not get through', async () => {
    at.host.relay = 'mute'
    const promise = at.connect.addSource(options)
    at.host.tell('here', { doc: 'd' })
    await until(() => at.host.questions.some(({ wait }) => wait === 25))
    at.host.tell('completed', result)
    expect(await promise).toEqual(result)
  })

  it('streams for three flows and polls for the fourth', async () => {
    const promises = ['a', 'b', 'c', 'd'].map((type) => settled(at.connect.addSource({ ...options, type })))
    await until(() => at.host.questions.length >= 4)
    expect(at.host.questions.filter(({ wait }) => wait === null).length).toBe(3)
    at.host.tell('completed', result)
    for (const value of await Promise.all(promises)) expect(value).toEqual(result)
  })

  it('out of reach for too long, with no other link, is an error that resumes', async () => {
    const told = vi.fn<(event: ProgressEvent) => void>()
    const promise = at.connect.addSource({ ...options, onEvent: told })
    await at.claimed()
    at.host.tell('step', { step: 'form', source_id: null })
    at.host.tell('here', { doc: 'd' })
    await until(() => told.mock.calls.length === 3)
    const before = Date.now()
    at.host.relay = 'down'
    at.host.cutStreams()
    expect(await settled(promise)).toMatchObject({ code: 'RelayUnreachable', resume: expect.any(Function) })
    expect(Date.now() - before).toBeGreaterThanOrEqual(shortTimings.relayDown)
  })
})
