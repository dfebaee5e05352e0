import { readFileSync } from 'node:fs'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import type { claimRequest, DefaultStreams, errorValue, flowEvent, Refusal } from '@bobbin/shared/flow'
import type { FlowFunction } from '@bobbin/shared/flow-function'
import type { sourceResult } from '@bobbin/shared/flow'
import type * as client from './index.ts'

/** The types that a page sees are written by hand, for it to read them. `tsc` holds each to its schema, both ways. */
const held = [
  'AddSourceOptions',
  'AuthorizeRefusalReason',
  'BobbinError',
  'CloseCertainty',
  'CloseReason',
  'CommonFields',
  'DiscoveryOptions',
  'FlowOptions',
  'PageErrorCode',
  'ProgressEvent',
  'SourceOptions',
  'SourceResult',
  'TokenRefusalReason',
]
/** What no wire carries. */
const own = ['BobbinErrorClass', 'Connect', 'ConnectOptions', 'ErrorFields', 'ResumeOptions']

type Claim = z.infer<typeof claimRequest>
type Event = z.infer<typeof flowEvent>
type DataOf<Type extends Event['type']> = Extract<Event, { type: Type }>['data']
type ErrorValue = z.infer<typeof errorValue>
type DeepReadonly<Value> = Value extends object
  ? { readonly [name in keyof Value]: DeepReadonly<Value[name]> }
  : Value

it('every exported type is held to a schema, or has none', () => {
  const files = ['index.ts', 'public-errors.ts'].map((name) =>
    readFileSync(new URL(name, import.meta.url), 'utf8'),
  )
  const names = files.flatMap((text) =>
    [...text.matchAll(/^export type \{([^}]*)\}/gm)].flatMap(([, list = '']) => list.match(/\w+/g) ?? []),
  )
  expect(names.toSorted()).toEqual([...held, ...own].toSorted())
})

describe('what a page is given', () => {
  it('is the source that the host’s outcome has', () => {
    expectTypeOf<client.SourceResult>().toEqualTypeOf<z.infer<typeof sourceResult>>()
    type Start = client.Connect[FlowFunction]
    expectTypeOf<Awaited<ReturnType<Start>>>().toEqualTypeOf<DataOf<'completed'>>()
  })

  it('in events is what the relay tells, and three words of the client’s own', () => {
    type Own = 'opened' | 'uncertain' | 'severed'
    type Silent = 'here' | 'hidden' | 'gone' | 'completed' | 'cancelled' | 'failed'
    type Told = Exclude<client.ProgressEvent['type'], Own>
    expectTypeOf<Told>().toEqualTypeOf<Exclude<Event['type'], Silent>>()
    expectTypeOf<Required<client.ProgressEvent>['step']>().toEqualTypeOf<DataOf<'step'>['step']>()
    expectTypeOf<Required<client.ProgressEvent>['sourceId']>().toEqualTypeOf<
      NonNullable<DataOf<'step'>['source_id']>
    >()
    expectTypeOf<Pick<client.ProgressEvent, 'seq' | 'at'>>().toEqualTypeOf<
      Readonly<Pick<Event, 'seq' | 'at'>>
    >()
  })
})

describe('what a page gives', () => {
  it('is an option of the claim; the rest of the claim is the client’s', () => {
    type Options = client.AddSourceOptions & client.DiscoveryOptions
    type NotSent = 'signal' | 'onEvent'
    type Clients = 'app_key' | 'function' | 'locale'
    expectTypeOf<Exclude<keyof Options, NotSent>>().toEqualTypeOf<Exclude<keyof Claim, Clients>>()
    expectTypeOf<keyof client.SourceOptions>().toEqualTypeOf<keyof client.FlowOptions | 'id'>()
  })

  it('has the values of the claim, a token perhaps by a function, an id perhaps in digits', () => {
    type Token = client.FlowOptions['ephemeral_token']
    expectTypeOf<Exclude<Token, () => unknown>>().toEqualTypeOf<Claim['ephemeral_token']>()
    expectTypeOf<client.FlowOptions['display']>().toEqualTypeOf<Claim['display'] | undefined>()
    expectTypeOf<client.AddSourceOptions['type']>().toEqualTypeOf<NonNullable<Claim['type']>>()
    expectTypeOf<client.SourceOptions['id']>().toEqualTypeOf<NonNullable<Claim['id']> | string>()
    expectTypeOf<client.DiscoveryOptions['discovery_job_name']>().toEqualTypeOf<Claim['discovery_job_name']>()
    expectTypeOf<NonNullable<client.FlowOptions['default_streams']>>().toEqualTypeOf<
      DeepReadonly<DefaultStreams>
    >()
  })
})

describe('what an error carries', () => {
  it('is the host’s error value', () => {
    expectTypeOf<client.PageErrorCode>().toEqualTypeOf<ErrorValue['code']>()
    expectTypeOf<client.BobbinError['code']>().toEqualTypeOf<ErrorValue['code']>()
    expectTypeOf<Required<client.CommonFields>['data']>().toEqualTypeOf<ErrorValue['data']>()
    expectTypeOf<NonNullable<client.CommonFields['step']>>().toEqualTypeOf<DataOf<'step'>['step']>()
    expectTypeOf<NonNullable<client.CommonFields['sourceId']>>().toEqualTypeOf<
      NonNullable<DataOf<'step'>['source_id']>
    >()
  })

  it('and why a window has gone, or a provider refused, is in the host’s words', () => {
    type Gone = Pick<client.BobbinError<'AppClosedPrematurely'>, 'reason' | 'certainty'>
    expectTypeOf<Gone>().toEqualTypeOf<Readonly<DataOf<'gone'>>>()
    expectTypeOf<client.CloseReason>().toEqualTypeOf<DataOf<'gone'>['reason']>()
    expectTypeOf<client.CloseCertainty>().toEqualTypeOf<DataOf<'gone'>['certainty']>()
    type Refused = Required<client.BobbinError<'AuthorizeFailure'>>
    expectTypeOf<Refused['reason']>().toEqualTypeOf<Refusal['reason']>()
    expectTypeOf<Refused['providerCode']>().toEqualTypeOf<Refusal['provider_code']>()
    expectTypeOf<client.AuthorizeRefusalReason>().toEqualTypeOf<Refusal['reason']>()
    type TokenRefused = client.BobbinError<'UpgradeEphemeralToken'>
    expectTypeOf<TokenRefused['reason']>().toEqualTypeOf<client.TokenRefusalReason>()
  })
})
