import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLog } from './log.ts'
import { inRequest } from './request-context.ts'

function linesOf(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString()
      done()
    },
  })
  const log = createLog('info', stream)
  write(log)
  return text
}

it('keeps what sounds secret out, however deep it lies', () => {
  const text = linesOf((log) =>
    log.info(
      { config: { nested: { deep: { access_token: 'hush' } } }, list: [{ password: 'hush' }] },
      'hello',
    ),
  )
  expect(text).toContain('hello')
  expect(text).not.toContain('hush')
})

it('keeps errors whole, with their causes', () => {
  const text = linesOf((log) =>
    log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed'),
  )
  expect(text).toContain('outer')
  expect(text).toContain('inner')
})

it('names the request that it was written for, once', () => {
  const text = linesOf((log) => {
    inRequest('r-1', () => {
      log.info('by a noun')
      log.child({ request_id: 'r-1' }).info('by the request')
    })
    log.info('by nobody')
  })
  expect(text.match(/"request_id":"r-1"/g)).toHaveLength(2)
  expect(text.split('\n')[2]).not.toContain('request_id')
})

describe('a secret does not come out of', () => {
  const driverError = Object.assign(
    new Error('no route to postgres://anna:hush@db.acme.test:5432/shop?x=1'),
    {
      code: 'EHOSTUNREACH',
      connection: { password: 'hush' },
    },
  )
  it.each<[string, object]>([
    ['a property of an error', { err: driverError }],
    ['the cause of a cause', { err: new Error('a', { cause: new Error('b', { cause: driverError }) }) }],
    ['a cause that is no error', { err: new Error('a', { cause: { token: 'hush' } }) }],
    ['errors that are gathered', { err: new AggregateError([driverError], 'all failed') }],
    ['arrays in arrays', { list: [[[{ api_token: 'hush' }]]] }],
    ['a map', { headers: new Map([['authorization', 'hush']]) }],
    ['objects in a set', { all: new Set([{ secret: 'hush' }]) }],
    ['an address', { url: new URL('https://anna:hush@acme.test/path?code=hush') }],
    ['bytes', { key: Buffer.from('hush') }],
    ['a field with a foreign name', { note: 'Authorization: Bearer hush.hush' }],
    ['a line break in a text', { note: 'first\nmysql://root:hush@db/shop' }],
  ])('%s', (_, fields) => {
    const text = linesOf((log) => log.error(fields, 'failed at redis://:hush@cache:6379'))
    expect(text).not.toContain('hush')
    expect(text).not.toContain(JSON.stringify([...Buffer.from('hush')]).slice(1, -1))
    expect(JSON.parse(text)).toMatchObject({ msg: 'failed at redis://[secret]@cache:6379' })
  })

  it('our own tokens, wherever they stand', () => {
    const token = ['bob', 'acc', 'x'.repeat(43)].join('_')
    expect(linesOf((log) => log.info(`used ${token}`))).not.toContain('xxx')
  })

  it('an error, which keeps what helps', () => {
    const line = linesOf((log) => log.error({ err: driverError }, 'failed'))
    expect(JSON.parse(line)).toMatchObject({
      err: {
        type: 'Error',
        message: 'no route to postgres://[secret]@db.acme.test:5432/shop?x=1',
        code: 'EHOSTUNREACH',
        connection: { password: '[secret]' },
        stack: expect.stringContaining('log.test.ts'),
      },
    })
  })
})

it('writes the level in words', () => {
  expect(JSON.parse(linesOf((log) => log.warn('careful')))).toMatchObject({ level: 'warn', msg: 'careful' })
})
