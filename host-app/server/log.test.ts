import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { createLog } from './log.ts'

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

it('writes the level in words', () => {
  expect(JSON.parse(linesOf((log) => log.warn('careful')))).toMatchObject({ level: 'warn', msg: 'careful' })
})
