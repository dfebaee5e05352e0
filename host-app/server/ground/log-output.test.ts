import { expect, it, vi } from 'vitest'
import { logOutput } from './log-output.ts'

const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code })
}

it('writes lines whole, however little is taken at a time', () => {
  let text = ''
  const output = logOutput((bytes) => {
    text += bytes.subarray(0, 3).toString('latin1')
    return Math.min(3, bytes.length)
  })
  output.write('{"a":1}\n')
  output.write('{"b":2}\n')
  expect(text).toBe('{"a":1}\n{"b":2}\n')
})

it('loses what cannot be written, says so once, and goes on when it can', () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  let write: (bytes: Buffer) => number = failing('ENOSPC')
  const output = logOutput((bytes) => write(bytes))
  for (let line = 0; line < 100; line += 1) output.write('lost\n')
  expect(told).toHaveBeenCalledExactlyOnceWith('The log cannot be written (ENOSPC); its lines are lost.\n')
  let text = ''
  write = (bytes) => {
    text += bytes.toString()
    return bytes.length
  }
  output.write('kept\n')
  expect(text).toBe('kept\n')
  told.mockRestore()
})

it('waits for a reader that is behind, but not for one that hangs', () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  let text = ''
  let calls = 0
  const output = logOutput((bytes) => {
    calls += 1
    if (calls % 2 === 1) return failing('EAGAIN')()
    text += bytes.toString()
    return bytes.length
  })
  output.write('late\n')
  expect(text).toBe('late\n')
  const hanging = logOutput(failing('EAGAIN'))
  const before = performance.now()
  hanging.write('lost\n')
  expect(performance.now() - before).toBeLessThan(2_000)
  expect(told).toHaveBeenCalledOnce()
  told.mockRestore()
})
