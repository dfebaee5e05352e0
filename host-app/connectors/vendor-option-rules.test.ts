import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { expect, it } from 'vitest'
import { connector as choice } from '../server/testing/choice-connector.testing.ts'
import { connectorFaults } from './connector-rules.ts'

const faultsWith = (change: Partial<PropertyInfo>, rest: object = {}) => {
  const [tenant, ...others] = choice.info.properties
  const properties = [{ ...tenant, ...change } as PropertyInfo, ...others]
  return connectorFaults({ ...choice, info: { ...choice.info, properties }, ...rest })
}

it('what a person chooses of an account has a list, and a step that asks for it', () => {
  expect(faultsWith({})).toEqual([])
  expect(faultsWith({}, { options: undefined })).toEqual([
    'a property with vendor_options and `options` go together',
  ])
  const plain = choice.info.properties.filter((one) => !one.vendor_options)
  expect(connectorFaults({ ...choice, info: { ...choice.info, properties: plain } })).toEqual([
    'a property with vendor_options and `options` go together',
  ])
  expect(faultsWith({ vendor_options: { depends_on: ['tenant', 'nothing'] } })).toEqual([
    'tenant: depends_on names "tenant", which is no other setting',
    'tenant: depends_on names "nothing", which is no other setting',
  ])
  expect(faultsWith({ vendor_options: undefined })).toEqual([
    'tenant: what is asked for after the consent has vendor_options',
  ])
  expect(faultsWith({ is_credential: true })).toContain('tenant: a secret is not chosen from a list')
})

it('nothing is asked for after a consent that there is not', () => {
  const key: AuthMethod = { key: 'key', title: 'Key', type: 'CUSTOM', properties: [] }
  const { info, options } = choice
  const ofKey = {
    ...info,
    steps: ['form' as const],
    auth_methods: [key] as [AuthMethod],
    authorization: null,
  }
  expect(connectorFaults({ info: ofKey, ...(options && { options }) })).toContain(
    'tenant: asked_in is "oauth", and there is no such step',
  )
  const [oauth] = info.auth_methods
  const ofBoth = { ...info, auth_methods: [oauth, key] as [AuthMethod, AuthMethod] }
  expect(connectorFaults({ ...choice, info: ofBoth })).toContain(
    'tenant: asked_in is "oauth", so it belongs to a method of type OAUTH2',
  )
})
