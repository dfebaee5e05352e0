import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimRequest } from '@bobbin/shared/flow'
import { createError } from './errors.ts'
import type { Flow } from './flow.ts'
import { defaultLimits } from './limits.ts'
import type { AnyOptions } from './options.ts'
import { prepareClaim, readDefaultStreams } from './prepare-claim.ts'
import { popup } from './surface.ts'

function prepare(options: AnyOptions, seed: Pick<Flow, 'fn' | 'subject'>, limits = defaultLimits) {
  const ignored: string[] = []
  const flow: Flow = {
    ...seed,
    options,
    host: 'https://connect.example.com',
    flowId: 'f'.repeat(22),
    appKey: 'k'.repeat(22),
    url: '',
    pageId: 'p'.repeat(22),
    stop: new AbortController(),
    surface: popup(''),
    createError: (code, fields = {}) => createError(code, fields),
  }
  const fail = flow.createError
  return prepareClaim(flow, { limits, fail, ignored }).then((request) => ({ request, ignored }))
}
const add = { fn: 'addSource', subject: 'platform.demo-crm' } as const
const edit = { fn: 'editSource', subject: '45612' } as const

describe('a claim', () => {
  it('is one that the host accepts', async () => {
    const options = {
      ephemeral_token: 'token',
      default_streams: { contacts: true, deals: { amount: false } },
    }
    for (const seed of [add, edit]) {
      const { request } = await prepare(options, seed)
      const sent: unknown = JSON.parse(JSON.stringify(request))
      expect(claimRequest.parse(sent)).toEqual(sent)
    }
  })

  it('names the type, or the id as a number', async () => {
    expect((await prepare({}, add)).request).toMatchObject({ type: 'platform.demo-crm' })
    expect((await prepare({}, edit)).request).toMatchObject({ id: 45612 })
  })

  it('goes without a token when none is given', async () => {
    expect((await prepare({}, add)).request.ephemeral_token).toBeUndefined()
  })

  it('waits for a token function', async () => {
    const token = () => Promise.resolve('late')
    expect((await prepare({ ephemeral_token: token }, add)).request.ephemeral_token).toBe('late')
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('down'))],
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['gives none', () => ''],
    ['never ends', () => new Promise<string>(() => {})],
  ])('is none when the token function %s', async (_, token) => {
    const error = await prepare({ ephemeral_token: token }, add, { ...defaultLimits, claim: 20 }).catch(
      (caught: unknown) => caught,
    )
    expect(error).toMatchObject({ code: 'UpgradeEphemeralToken', reason: 'unavailable' })
    expect(error).toHaveProperty('cause')
  })
})

describe('default_streams', () => {
  it('keeps choices and lists the names that mean nothing', () => {
    const ignored: string[] = []
    const given = { a: true, b: false, c: { x: true }, d: 'true', e: 1, f: null, g: { x: 'yes' }, h: [true] }
    expect(readDefaultStreams(given, ignored)).toEqual({ a: true, b: false, c: { x: true } })
    expect(ignored).toEqual(['d', 'e', 'f', 'g', 'h'])
  })

  it('sends only what the host accepts, whatever is given', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 20 }), fc.jsonValue()), (given) => {
        const ignored: string[] = []
        const streams = readDefaultStreams(given, ignored)
        expect(claimRequest.shape.default_streams.safeParse(streams).success).toBe(true)
        expect([...Object.keys(streams), ...ignored].toSorted()).toEqual(Object.keys(given).toSorted())
      }),
    )
  })
})
