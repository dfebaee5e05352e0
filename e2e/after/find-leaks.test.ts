import { expect, it } from 'vitest'
import { findForeignText, findSecrets } from './find-leaks.ts'

const secrets = new Map([
  ['aB3-x_Y9zz012345', 'code'],
  ['pass word "quoted"', 'password'],
])

it.each([
  ['alone', 'aB3-x_Y9zz012345'],
  ['in an address', '/callback?code=aB3-x_Y9zz012345&state=1'],
  ['in JSON', '{"level":"info","q":"aB3-x_Y9zz012345"}'],
  ['with spaces and quotes, escaped', String.raw`{"message":"pass word \"quoted\" was refused"}`],
  ['percent-encoded', 'uri=postgres%3A%2F%2Fu%3Apass%20word%20%22quoted%22%40host'],
])('a secret is found %s', (_, text) => {
  expect(findSecrets(secrets, [{ where: 'here', text }])).toEqual([
    { kind: expect.any(String), where: 'here' },
  ])
})

it('a token of ours is found though nobody noted it', () => {
  const texts = [{ where: 'log', text: `token bob_acc_${'x'.repeat(43)}` }]
  expect(findSecrets(new Map(), texts)).toEqual([{ kind: 'a token of ours', where: 'log' }])
})

it('other words are no leak', () => {
  expect(findSecrets(secrets, [{ where: 'here', text: 'aB3-x_Y9zz01234 and a pass word' }])).toEqual([])
})

it.each([
  'FATAL: password authentication failed for user "x"',
  'Error: no\n    at run (/srv/app.ts:12:3)',
  'SQLITE_CONSTRAINT: unique',
  'near: insert into "source" ("id")',
  '{"stack":"Error: no\\n    at run (/srv/app.ts:12:3)"}',
])('what is not ours to say is found: %s', (text) => {
  expect(findForeignText([{ where: 'reply', text }])).toHaveLength(1)
})

it('our own sentences are ours to say', () => {
  const said = 'The server said: \u2068FATAL: password authentication failed\u2069 (SQLSTATE 08P01).'
  const text = `The server did not accept the user name and password. ${said}`
  expect(findForeignText([{ where: 'reply', text }])).toEqual([])
})
