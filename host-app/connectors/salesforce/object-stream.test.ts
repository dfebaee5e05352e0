import { describe, expect, it } from 'vitest'
import { field } from './fake-orgs.testing.ts'
import { closedStream, objectStream } from './object-stream.ts'

const time = (name: string, more = {}) => field(name, 'datetime', { nillable: false, ...more })
const id = field('Id', 'id', { nillable: false })
const about = (fields: ReturnType<typeof field>[]) =>
  objectStream({ name: 'Lead', fields }, true).metadata[0]?.metadata

describe('an object', () => {
  it.each([
    [['LoginTime', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp'], 'SystemModstamp'],
    [['LoginTime', 'CreatedDate', 'LastModifiedDate'], 'LastModifiedDate'],
    [['LoginTime', 'CreatedDate'], 'CreatedDate'],
    [['LoginTime'], 'LoginTime'],
  ])('with %j is read by %s', (names, key) => {
    expect(about([id, ...names.map((name) => time(name))])).toEqual({
      ...{ 'table-key-properties': ['Id'], 'valid-replication-keys': [key], 'selected-by-default': false },
    })
  })

  it('without a time that can be asked for is read whole', () => {
    const fields = [field('DurableId'), time('SystemModstamp', { filterable: false })]
    expect(about(fields)).toEqual({
      ...{ 'table-key-properties': [], 'valid-replication-keys': [], 'selected-by-default': false },
      'forced-replication-method': 'FULL_TABLE',
    })
  })

  it('takes its best time that can be asked for', () => {
    const fields = [time('SystemModstamp', { filterable: false }), time('CreatedDate')]
    expect(about(fields)).toMatchObject({ 'valid-replication-keys': ['CreatedDate'] })
  })
})

it.each<[string, object]>([
  ['string', { type: ['null', 'string'] }],
  ['id', { type: ['null', 'string'] }],
  ['reference', { type: ['null', 'string'] }],
  ['multipicklist', { type: ['null', 'string'] }],
  ['encryptedstring', { type: ['null', 'string'] }],
  ['DataCategoryGroupReference', { type: ['null', 'string'] }],
  ['boolean', { type: ['null', 'boolean'] }],
  ['int', { type: ['null', 'integer'] }],
  ['long', { type: ['null', 'integer'] }],
  ['double', { type: ['null', 'number'] }],
  ['currency', { type: ['null', 'number'] }],
  ['percent', { type: ['null', 'number'] }],
  ['date', { type: ['null', 'string'], format: 'date' }],
  ['datetime', { type: ['null', 'string'], format: 'date-time' }],
  ['time', { type: ['null', 'string'], format: 'time' }],
  ['anyType', { type: ['null', 'string', 'number', 'boolean'] }],
  ['complexvalue', {}],
  ['constructor', {}],
])('a field of the type %s', (type, schema) => {
  const { schema: all } = objectStream({ name: 'Lead', fields: [field('X', type)] }, true)
  expect(all.properties['X']).toEqual(schema)
})

it('never has null for what is never empty, nor for the key', () => {
  const fields = [field('Id', 'id'), field('Name', 'string', { nillable: false })]
  expect(objectStream({ name: 'Lead', fields }, true).schema.properties).toEqual({
    Id: { type: ['string'] },
    Name: { type: ['string'] },
  })
})

it('says of fields which come always, which can be had, and which never, and why', () => {
  const fields = [
    ...[
      id,
      time('SystemModstamp'),
      field('Name'),
      field('Address', 'address'),
      field('Place__c', 'location'),
    ],
    ...[field('Body', 'base64'), field('Old', 'string', { deprecatedAndHidden: true })],
  ]
  const of = (areSelected: boolean) =>
    Object.fromEntries(
      objectStream({ name: 'Lead', fields }, areSelected)
        .metadata.slice(1)
        .map(({ breadcrumb, metadata }) => [breadcrumb[1], metadata]),
    )
  const compound = { 'unsupported-description': 'Its parts are fields of their own.' }
  const never = { inclusion: 'unsupported', 'selected-by-default': false }
  expect(of(true)).toEqual({
    Id: { inclusion: 'automatic', 'selected-by-default': true },
    SystemModstamp: { inclusion: 'automatic', 'selected-by-default': true },
    Name: { inclusion: 'available', 'selected-by-default': true },
    Address: { ...never, ...compound },
    Place__c: { ...never, ...compound },
    Body: { ...never, 'unsupported-description': 'Files are not read.' },
  })
  expect(of(false)).toMatchObject({
    Id: { 'selected-by-default': true },
    Name: { 'selected-by-default': false },
  })
})

it('of what may not be described is there, with the reason', () => {
  expect(closedStream('Secret__c', { reason: 'not_permitted' })).toMatchObject({
    ...{ tap_stream_id: 'Secret__c', schema: { properties: {} }, access: { reason: 'not_permitted' } },
  })
})
