import { expect, test } from 'vitest'
import { readAddress } from './pasted-address.ts'
import { looksLikeAddress } from './pasting.ts'

const all = { host: 'db.test', port: '5433', user: 'ann', password: 'p@ss', database: 'shop' }

test.each<[text: string, parts: Record<string, string>, unknown?: readonly string[]]>([
  // URLs
  ['postgres://ann:p%40ss@db.test:5433/shop', all],
  ['postgresql://ann:p%40ss@db.test:5433/shop?sslmode=verify-full', { ...all, tls_mode: 'verify-full' }],
  ['mysql://ann:p%40ss@db.test:5433/shop?ssl-mode=REQUIRED', { ...all, tls_mode: 'REQUIRED' }],
  ['  POSTGRES://ann:p%40ss@db.test:5433/shop \r\n', all],
  ['postgres://ann:p%40ss@db.test:5433/sh\nop', all],
  ['"postgres://ann:p%40ss@db.test:5433/shop"', all],
  ['psql "postgres://ann:p%40ss@db.test:5433/shop"', all],
  ["psql -d 'postgres://ann:p%40ss@db.test:5433/shop'", all],
  ['$ psql postgres://ann:p%40ss@db.test:5433/shop', all],
  ['DATABASE_URL=postgres://ann:p%40ss@db.test:5433/shop', all],
  ['export DATABASE_URL="postgres://ann:p%40ss@db.test:5433/shop"', all],
  ['postgres://db.test', { host: 'db.test' }],
  ['postgres://db.test/', { host: 'db.test' }],
  ['postgres://ann@db.test/shop', { host: 'db.test', user: 'ann', database: 'shop' }],
  ['postgres://:5433/shop', { port: '5433', database: 'shop' }],
  ['postgres:///shop?host=db.test&port=5433', { host: 'db.test', port: '5433', database: 'shop' }],
  ['postgres:///shop?host=/var/run', { database: 'shop' }, ['host']],
  ['postgres://%2Fvar%2Frun/shop', { database: 'shop' }, ['host']],
  ['postgres://ann@[::1]:5433/shop', { host: '::1', port: '5433', user: 'ann', database: 'shop' }],
  ['postgres://[2001:db8::7]/shop', { host: '2001:db8::7', database: 'shop' }],
  ['postgres://db.test/my%20shop', { host: 'db.test', database: 'my shop' }],
  ['postgres://ann:100%@db.test/shop', { host: 'db.test', user: 'ann', password: '100%', database: 'shop' }],
  ['postgres://ann:p@ss@db.test:5433/shop', all],
  ['postgres://ann:a/b#c?d@db.test:5433/shop', { ...all, password: 'a/b#c?d' }],
  ['postgres://ann:a:b@db.test:5433/shop', { ...all, password: 'a:b' }],
  ['postgres://a%3An:p%40ss@db.test:5433/shop', { ...all, user: 'a:n' }],
  ['postgres://ann:1+1@db.test:5433/shop', { ...all, password: '1+1' }],
  [
    'postgres://db.test/shop?options=-c%20x&channel_binding=require#top',
    { host: 'db.test', database: 'shop' },
    ['options', 'channel_binding'],
  ],
  [
    'postgres://db.test/shop?ssl=true&sslmode=disable',
    { host: 'db.test', database: 'shop', tls_mode: 'disable' },
  ],
  // JDBC
  ['jdbc:postgresql://db.test:5433/shop?user=ann&password=p%40ss', all],
  ['jdbc:postgresql://db.test:5433/shop?user=ann&password=p%40ss&ssl=true', { ...all, tls_mode: 'true' }],
  // key=value
  ['host=db.test port=5433 dbname=shop user=ann password=p@ss', all],
  ["host = db.test  port = '5433'\ndbname=shop user=ann password='p@ss'", all],
  [
    "host=db.test dbname=shop password='it\\'s a \\\\'",
    { host: 'db.test', database: 'shop', password: "it's a \\" },
  ],
  ['psql "host=db.test port=5433 dbname=shop user=ann password=p@ss"', all],
  ['hostaddr=10.0.0.7 host=db.test user=ann', { host: 'db.test', user: 'ann' }],
  ['host=db.test hostaddr=10.0.0.7 user=ann', { host: 'db.test', user: 'ann' }],
  ['Host=db.test;Port=5433;Database=shop;Username=ann;Password=p@ss', all],
  [
    'Server=db.test;Port=5433;Database=shop;User Id=ann;Password=p@ss;SSL Mode=require;',
    { ...all, tls_mode: 'require' },
  ],
  ['host=db.test user=ann lunch=noon', { host: 'db.test', user: 'ann' }, ['lunch']],
  // the address of a page
  ['https://acme.zendesk.com:8443/', { host: 'acme.zendesk.com', port: '8443' }],
])('%s', (text, parts, unknown = []) => {
  expect(looksLikeAddress(text)).toBe(true)
  expect(readAddress(text)).toMatchObject({ parts, unknown, hasMoreHosts: false })
  expect(readAddress(text)?.parts).toEqual(parts)
})

test.each([
  ['postgres://one.test:1,two.test:2/shop', { host: 'one.test', port: '1', database: 'shop' }],
  ['host=one.test,two.test port=1,2 dbname=shop', { host: 'one.test', port: '1', database: 'shop' }],
  ['postgres:///shop?host=one.test,two.test', { host: 'one.test', database: 'shop' }],
])('of several hosts the first is taken, and it is told: %s', (text, parts) => {
  expect(readAddress(text)).toMatchObject({ parts, hasMoreHosts: true })
})

test.each([
  '',
  'db.example.com',
  'db.example.com:5432',
  '10.0.0.7',
  'hunter2',
  'a=b',
  'pass=word host',
  'host=db.test',
  'user=ann password=x',
  'x = y and host=z user=q',
  'postgres://',
  'postgres:db',
  '://db.test',
  '-----BEGIN CERTIFICATE-----\nab=\n-----END CERTIFICATE-----',
])('is no address: %j', (text) => {
  expect(readAddress(text)).toBeNull()
})
