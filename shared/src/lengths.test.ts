import { expect, it } from 'vitest'
import type { z } from 'zod'
import { createAccount, updateAccount } from './account.ts'
import { createEphemeralToken } from './session.ts'
import { createSource, updateSource } from './source.ts'
import { claimRequest } from './flow.ts'

const long = 'x'.repeat(5_000)
const person = { company: 'a', email: 'a@b.test', first_name: 'a', last_name: 'a' }
const partner = { partner_id: 'p', partner_secret: 's' }
const origin = `https://${long}.example`
const claim = { app_key: 'a'.repeat(22), function: 'addSource', display: 'popup' }

it.each([
  ['company', createAccount, { ...person, ...partner, company: long }],
  ['email', createAccount, { ...person, ...partner, email: `${'a'.repeat(300)}@b.test` }],
  ['partner_id', createAccount, { ...person, ...partner, partner_id: long }],
  ['partner_secret', createAccount, { ...person, ...partner, partner_secret: long }],
  ['region', createAccount, { ...person, ...partner, region: long }],
  ['allowed_origins.0', updateAccount, { allowed_origins: [origin] }],
  ['allowed_origins.0', createEphemeralToken, { allowed_origins: [origin] }],
  ['types.0', createEphemeralToken, { types: [long] }],
  ['streams.hidden.0', createEphemeralToken, { streams: { hidden: [long] } }],
  ['functions', createEphemeralToken, { functions: Array.from({ length: 100 }, () => 'addSource') }],
  ['type', createSource, { type: long, display_name: 'a' }],
  ['display_name', createSource, { type: 'a', display_name: long }],
  [`properties.${long}`, createSource, { type: 'a', display_name: 'a', properties: { [long]: 'a' } }],
  [`properties.${long}`, updateSource, { properties: { [long]: 'a' } }],
  ['locale', claimRequest, { ...claim, locale: long }],
  ['type', claimRequest, { ...claim, type: long }],
] as [string, z.ZodType, object][])('%s has a length, and the fault is named', (path, schema, value) => {
  const { error } = schema.safeParse(value)
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path])
})
