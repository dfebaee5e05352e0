import { describe, expect, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import { api } from './api.ts'
import type { claimReply, claimRequest, errorValue, flowEvent, Outcome, sourceResult } from './flow.ts'
import { errorTable } from './errors.ts'
import { pageErrors, tokenRefusalReasons } from './page-errors.ts'
import {
  parseWindowMessage,
  protocolVersion,
  type ClaimReply,
  type ClaimRequest,
  type ErrorValue,
  type FlowEvent,
  type SourceResult,
} from './window-protocol.ts'
import { wizardApi } from './wizard-api.ts'
import { wizardRoutes } from './wizard-routes.ts'

const flowId = 'a'.repeat(22)

describe('the error table', () => {
  it('has no row of another table in place of a page error', () => {
    // It is spread from several: of two rows with the same code the later one would win unseen.
    for (const [code, facts] of Object.entries(pageErrors)) {
      expect([code, errorTable[code as keyof typeof errorTable]]).toMatchObject([code, facts])
    }
  })

  it('speaks in PascalCase and in sentences', () => {
    for (const [code, { sentence }] of Object.entries(errorTable)) {
      expect(code).toMatch(/^[A-Z][A-Za-z]+$/)
      expect(sentence).toMatch(/[.]$/)
    }
  })

  it('keeps the four messages of the old client', () => {
    expect(pageErrors.AppClosedPrematurely.sentence).toBe('App closed before reaching end of flow.')
    expect(pageErrors.SourceNotFound.sentence).toBe('Integration with id <id> not found.')
    expect(pageErrors.UnknownSourceType.sentence).toBe('Unknown source type: "<type>".')
    expect(pageErrors.UpgradeEphemeralToken.sentence).toBe('Error upgrading ephemeral token.')
  })

  it('refuses a token for reasons that pages know by these names', () => {
    expect(tokenRefusalReasons).toEqual([
      'expired',
      'used',
      'invalid',
      'out_of_scope',
      'origin',
      'unavailable',
    ])
  })
})

describe('the tables of endpoints', () => {
  it('name no path twice', () => {
    const keys = Object.values(api).map(({ method, path }) => `${method} ${path}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('have a schema for each route of the wizard', () => {
    expect(Object.keys(wizardApi).toSorted()).toEqual(Object.keys(wizardRoutes).toSorted())
  })

  it('give every status-bearing endpoint error a status', () => {
    for (const { errors } of Object.values(api)) {
      for (const code of errors) expect(errorTable[code].status).toBeGreaterThanOrEqual(400)
    }
  })
})

/**
 * Client and windows load no schema library, so what they say to each other is typed by hand. `tsc` holds each type
 * to its schema, in both directions.
 */
describe('a type by hand is its schema’s', () => {
  it('of the claim', () => {
    expectTypeOf<ClaimRequest>().toEqualTypeOf<z.infer<typeof claimRequest>>()
    expectTypeOf<ClaimReply>().toEqualTypeOf<z.infer<typeof claimReply>>()
  })

  it('of what the relay tells', () => {
    expectTypeOf<FlowEvent>().toEqualTypeOf<z.infer<typeof flowEvent>>()
    expectTypeOf<ErrorValue>().toEqualTypeOf<z.infer<typeof errorValue>>()
  })

  it('of the outcome', () => {
    expectTypeOf<SourceResult>().toEqualTypeOf<z.infer<typeof sourceResult>>()
    type Told<Kind> = Extract<FlowEvent, { type: Kind }>['data']
    type Ended<Kind> = Omit<Extract<Outcome, { kind: Kind }>, 'kind'>
    expectTypeOf<{ result: Told<'completed'> }>().toEqualTypeOf<Ended<'completed'>>()
    expectTypeOf<Told<'cancelled'>>().toEqualTypeOf<Ended<'cancelled'>>()
    expectTypeOf<{ error: Told<'failed'> }>().toEqualTypeOf<Ended<'failed'>>()
  })
})

describe('a window message', () => {
  const hello = { bobbin: protocolVersion, flowId, kind: 'hello', pageId: 'p', relay: 'up' }
  it.each([
    ['a hello', hello],
    ['a ready', { bobbin: 1, flowId, kind: 'ready', pageId: 'p', docId: 'd' }],
    ['a here', { bobbin: 1, flowId, kind: 'here', docId: 'd' }],
  ])('that is %s counts', (_, message) => expect(parseWindowMessage(message, flowId)).toEqual(message))

  it.each([
    ['of another flow', { ...hello, flowId: 'b'.repeat(22) }],
    ['of another version', { ...hello, bobbin: 2 }],
    ['without a relay state', { ...hello, relay: 'sideways' }],
    ['with an id that is no text', { ...hello, pageId: 7 }],
    ['with an endless id', { ...hello, pageId: 'x'.repeat(65) }],
    ['of an unknown kind', { ...hello, kind: 'bye' }],
    ['that is null', null],
    ['that is text', 'hello'],
    ['that is penpal’s', { namespace: 'penpal', channel: 'bobbin', type: 'SYN' }],
  ])('%s is nobody’s', (_, message) => expect(parseWindowMessage(message, flowId)).toBeNull())
})
