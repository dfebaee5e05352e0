import { directoryEndpoints } from '@bobbin/shared/api/directory'
import { errorsOf } from '@bobbin/shared/api/endpoint'
import type { directoryConnector, directoryPage, DirectoryQuery } from '@bobbin/shared/directory'
import { readFileSync } from 'node:fs'
import { expect, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import type * as client from './directory.ts'

it('what comes is typed as the host’s schemas are', () => {
  expectTypeOf<client.DirectoryConnector>().toEqualTypeOf<z.infer<typeof directoryConnector>>()
  expectTypeOf<client.ConnectorPageBody>().toEqualTypeOf<z.infer<typeof directoryPage>>()
  type Listed = ReturnType<client.Openint['listConnectors']>
  expectTypeOf<Awaited<Listed>>().toEqualTypeOf<client.ConnectorPage>()
})

it('what is asked for is the host’s query, a value alone or several', () => {
  type Options = Required<client.ListConnectorsOptions>
  type Query = Omit<DirectoryQuery, 'expand[]'>
  type Single<Value> = NonNullable<Value extends readonly (infer One)[] ? One : Value>
  expectTypeOf<Exclude<keyof Options, 'signal'>>().toEqualTypeOf<keyof Query>()
  expectTypeOf<{ [name in keyof Query]-?: Single<Options[name]> }>().toEqualTypeOf<{
    [name in keyof Query]-?: Single<Query[name]>
  }>()
})

it('every code of the two calls is named in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const { listConnectors, getConnector } = directoryEndpoints
  const codes = new Set([listConnectors, getConnector].flatMap(errorsOf))
  expect([...codes].filter((code) => !readme.includes(`\`${code}\``))).toEqual([])
  expectTypeOf<'NotFound' | 'Unreachable'>().toExtend<client.DirectoryErrorCode>()
})
