import { describe, expect, it } from 'vitest'
import { flowFunctionNames, flowFunctions } from '@bobbin/shared/flow-function'
import { createConnect, type Connect } from './connect.ts'
import { findInvalidOption, type AnyOptions } from './options.ts'

const connect = createConnect({ host: 'https://connect.example.com' })
const call = (fn: keyof typeof flowFunctions, options: unknown) =>
  (connect[fn] as (options: unknown) => ReturnType<Connect['addSource']>)(options)

describe('a function without what it needs', () => {
  it.each(flowFunctionNames)('%s rejects and names the option', async (fn) => {
    const { subject } = flowFunctions[fn]
    for (const options of [undefined, null, {}, { [subject]: '' }]) {
      await expect(call(fn, options)).rejects.toMatchObject({
        name: 'InvalidOptionsError',
        code: 'InvalidOptions',
        option: subject,
        problem: 'required',
      })
    }
  })

  it.each([0, -1, 1.5, '12a', '007', ' 7', Number.NaN, {}, 2 ** 60])('an id of %s is none', async (id) => {
    await expect(call('editSource', { id })).rejects.toMatchObject({ option: 'id' })
  })
})

describe('an option of the wrong kind', () => {
  const wrong: [string, unknown][] = [
    ['ephemeral_token', 7],
    ['ephemeral_token', null],
    ['default_streams', 'contacts'],
    ['discovery_job_name', 7],
    ['signal', 'stop'],
    ['onEvent', {}],
    ['display', 'inline'],
    ['display', 'redirect'],
  ]
  it.each(wrong)('%s is refused before a window opens', async (option, value) => {
    await expect(call('addSource', { type: 'platform.demo-crm', [option]: value })).rejects.toMatchObject({
      code: 'InvalidOptions',
      option,
    })
  })

  it('says that other displays are not available yet', async () => {
    await expect(call('addSource', { type: 'x', display: 'inline' })).rejects.toThrow(/not available yet/)
  })

  it('says that a choice is larger than any claim may be', async () => {
    const circular: Record<string, boolean> = {}
    Object.assign(circular, { circular })
    const streams = (bytes: number) => ({ default_streams: { ['ü'.repeat(bytes / 2)]: true } })
    await expect(call('addSource', { type: 'x', ...streams(64_000) })).rejects.toMatchObject({
      code: 'InvalidOptions',
      option: 'default_streams',
      problem: 'too_large',
    })
    expect(findInvalidOption(streams(63_000))).toBeUndefined()
    expect(findInvalidOption({ default_streams: circular })).toBeUndefined()
  })

  it.each<AnyOptions>([
    {},
    { ephemeral_token: 'token' },
    { ephemeral_token: () => Promise.resolve('token') },
    { default_streams: {}, discovery_job_name: 'name', display: 'popup', onEvent() {} },
    { signal: new AbortController().signal },
  ])('what is right passes', (options) => expect(findInvalidOption(options)).toBeUndefined())
})

describe('a host', () => {
  it.each([undefined, '', 'connect.example.com', 'javascript:alert(1)', 'https://', 'ftp://example.com'])(
    'of %s is none, which every function says',
    async (host) => {
      const { addSource, resume } = createConnect({ host })
      await expect(addSource({ type: 'x' })).rejects.toMatchObject({ option: 'host' })
      await expect(resume()).rejects.toMatchObject({ option: 'host' })
    },
  )
})

it('a signal that was aborted before opens nothing and rejects with its reason', async () => {
  const reason = new Error('changed my mind')
  await expect(call('addSource', { type: 'x', signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})
