import { expect, test } from 'vitest'
import type { Values } from '@bobbin/shared/setting-rules'
import { database } from '../preview/connectors.ts'
import { draftOf, mayHoldSecret, parseDraft } from './form-draft.ts'

const held = { display_name: 'Orders', host: 'db.test', password: 'hunter2', ssl_ca: '-----BEGIN X-----' }
/** With a secret of many lines. */
const keyed = {
  ...database,
  properties: database.properties.map((one) =>
    one.name === 'ssl_ca' ? { ...one, is_credential: true } : one,
  ),
}

test('a draft holds what was typed, and of a secret only that there was one', () => {
  const draft = draftOf(keyed, held, ['user'])
  expect(draft).toEqual({
    type: database.type,
    values: { display_name: 'Orders', host: 'db.test' },
    secrets: ['user', 'password', 'ssl_ca'],
  })
  expect(JSON.stringify(draft)).not.toMatch(/hunter2|BEGIN/)
  const read = parseDraft(JSON.parse(JSON.stringify(draft)), keyed)
  expect({ ...read, secrets: new Set(read.secrets) }).toEqual({ ...draft, secrets: new Set(draft?.secrets) })
})

test.each<Values>([{}, { password: '' }])('where nothing was typed there is none: %j', (changed) => {
  expect(draftOf(database, changed, [])).toBeNull()
})

test.each([
  'postgres://ann:hunter2@db.test/shop',
  'https://ann:hunter2@db.test',
  '//ann:hunter2@db.test',
  'host=db.test password=hunter2',
  "host=db.test PASSWORD = 'hunter2'",
  'jdbc:postgresql://db.test/shop?user=ann&password=hunter2',
  'https://api.test/?access_token=abc',
  'https://api.test/?api_key=abc',
  'Authorization-Token: abc',
  ['-----BEGIN RSA PRIVATE', 'KEY-----'].join(' '),
])('a secret that was pasted where none belongs is not kept: %s', (text) => {
  expect(mayHoldSecret(text)).toBe(true)
  expect(draftOf(database, { host: text }, [])).toMatchObject({ values: {}, secrets: ['host'] })
})

test.each([
  'db.test',
  'https://acme.test/agent?x=1',
  'ann@db.test',
  'https://acme.test/a:b@c',
  '5432',
  'monkey',
])('anything else is: %s', (text) => {
  expect(mayHoldSecret(text)).toBe(false)
})

test.each([
  null,
  'text',
  7,
  [],
  { type: database.type },
  { type: database.type, values: null, secrets: 'password' },
  { type: database.type, values: { host: 5, lunch: 'x' }, secrets: ['lunch'] },
  { type: 'another', values: { host: 'db.test' }, secrets: ['password'] },
])('what is no draft of this form is nothing: %j', (kept) => {
  expect(parseDraft(kept, database)).toEqual({ type: database.type, values: {}, secrets: [] })
})
