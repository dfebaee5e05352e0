import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest'
import { options, result, useFlowStandIns } from './flow-stand-ins.testing.ts'

const at = useFlowStandIns()
let warn: MockInstance<typeof console.warn>
beforeEach(() => void (warn = vi.spyOn(console, 'warn').mockReturnValue()))
afterEach(() => warn.mockRestore())

/** A flow from its call to its result, with options that no type would let through. */
async function run(fn: 'addSource' | 'editSource' | 'displayDiscoveryOutputForSource', given: object) {
  const promise = at.connect[fn](given as never)
  await at.claimed()
  at.host.tell('completed', result)
  return promise
}

describe('an option that means nothing', () => {
  it.each([
    ['addSource', { ...options, onevent: () => {} }, 'onevent'],
    ['addSource', { ...options, ephemeralToken: 'x', defaultStreams: {} }, 'ephemeralToken,defaultStreams'],
    ['addSource', { ...options, id: 12 }, 'id'],
    ['editSource', { id: 12, type: 'platform.demo-crm' }, 'type'],
    ['editSource', { id: 12, discovery_job_name: 'x' }, 'discovery_job_name'],
  ] as const)('of %s is named on the console, and nothing else changes', async (fn, given, names) => {
    expect(await run(fn, given)).toEqual(result)
    expect(warn.mock.calls).toEqual([[expect.stringContaining(`${fn} does not take ${names}. It takes`)]])
  })

  it.each([
    ['addSource', { ...options, default_streams: {}, onEvent: () => {}, display: 'popup' }],
    ['displayDiscoveryOutputForSource', { id: 12, discovery_job_name: 'x', signal: undefined }],
  ] as const)('is none of those that %s takes', async (fn, given) => {
    await run(fn, given)
    expect(warn).not.toHaveBeenCalled()
  })

  it('of resume is named, too, and not again for the flow that it goes on with', async () => {
    await at.connect.resume({ flowid: 'x' } as never)
    expect(warn.mock.calls).toEqual([[expect.stringContaining('resume does not take flowid.')]])
  })
})
