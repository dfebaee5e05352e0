import { randomUUID } from 'node:crypto'

/** The organizations of a Salesforce of our tests: what is in them, and who may do what there. */
export interface FakeOrg {
  readonly domain: string
  readonly id: string
  readonly name: string
  readonly isSandbox: boolean
  readonly objects: Map<string, FakeObject>
  /** Its edition has the API. */
  hasApi: boolean
  /** People sign in at its own domain alone. */
  isStrict: boolean
  /** Each renewal brings a new refresh token, and one that is used again ends all. */
  rotates: boolean
  used: number
  /** Requests in 24 hours. */
  most: number
}

export interface FakeObject {
  readonly fields: readonly FakeField[]
  readonly queryable: boolean
  /** What asking for its description is answered with; null: the description. */
  readonly failure: { readonly status: number; readonly errorCode: string } | null
}

export interface FakeField {
  readonly name: string
  readonly type: string
  readonly nillable: boolean
  readonly filterable: boolean
  readonly deprecatedAndHidden: boolean
}

export function field(name: string, type = 'string', more: Partial<FakeField> = {}): FakeField {
  return { name, type, nillable: true, filterable: true, deprecatedAndHidden: false, ...more }
}

const always = [
  field('Id', 'id', { nillable: false }),
  field('CreatedDate', 'datetime', { nillable: false }),
  field('SystemModstamp', 'datetime', { nillable: false }),
]

/** An object with the fields of every record, and more. */
export function object(
  fields: readonly FakeField[] = [],
  more: Partial<Omit<FakeObject, 'fields'>> = {},
): FakeObject {
  return { fields: [...always, ...fields], queryable: true, failure: null, ...more }
}

function objects(): [string, FakeObject][] {
  const address = ['BillingStreet', 'BillingCity', 'BillingCountry'].map((name) => field(name))
  const own = Array.from({ length: 60 }, (_, index): [string, FakeObject] => [`Own_${index}__c`, object()])
  return [
    [
      'Account',
      object([
        ...[field('Name', 'string', { nillable: false }), field('AnnualRevenue', 'currency')],
        ...[field('NumberOfEmployees', 'int'), field('IsActive', 'boolean', { nillable: false })],
        ...[field('BillingAddress', 'address'), ...address, field('LastActivityDate', 'date')],
        field('Formerly', 'string', { deprecatedAndHidden: true }),
      ]),
    ],
    ['AccountChangeEvent', object([], { queryable: false })],
    ['Attachment', object([field('Body', 'base64', { nillable: false })])],
    ['ContentDocumentLink', object()],
    ['Secret__c', object([], { failure: { status: 403, errorCode: 'INSUFFICIENT_ACCESS' } })],
    ['Gone__c', object([], { failure: { status: 404, errorCode: 'NOT_FOUND' } })],
    ...own,
  ]
}

function org(domain: string, id: string, name: string, more: Partial<FakeOrg> = {}): FakeOrg {
  return {
    ...{ domain, id, name, isSandbox: false, objects: new Map(objects()), hasApi: true, isStrict: false },
    ...{ rotates: false, used: 18, most: 15_000, ...more },
  }
}

export function fakeOrgs(): FakeOrg[] {
  return [
    org('acme', '00D5g0000000001EAA', 'Acme Ltd'),
    org('acme--uat.sandbox', '00D5g0000000002EAA', 'Acme Ltd', { isSandbox: true }),
    org('other', '00D5g0000000003EAA', 'Other Inc', { isStrict: true, rotates: true }),
  ]
}

export const newToken = ({ id }: FakeOrg) => `${id.slice(0, 15)}!${randomUUID()}`
