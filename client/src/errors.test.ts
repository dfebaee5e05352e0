import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { pageErrors, type PageErrorCode } from '@bobbin/shared/page-errors'
import { createError, isBobbinError } from './errors.ts'
import * as classes from './public-errors.ts'

const codes = Object.keys(pageErrors) as PageErrorCode[]
const classOf = (from: typeof classes, code: PageErrorCode) => from[`${code}Error`]

/** The package loaded once more, as by a second copy of it in the page. */
async function loadCopy(): Promise<typeof classes> {
  vi.resetModules()
  return import('./public-errors.ts')
}

describe.each(codes)('%sError', (code) => {
  it('says its name and code on class and instance', () => {
    const PageError = classOf(classes, code)
    const error = createError(code, { message: 'It did not work.' })
    expect(error.constructor).toBe(PageError)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: `${code}Error`, code, message: 'It did not work.' })
    expect(PageError.name).toBe(`${code}Error`)
    expect(PageError.code).toBe(code)
    expect(String(error)).toBe(`${code}Error: It did not work.`)
    expect(error.stack).toContain(`${code}Error`)
  })

  it('is known by the class of another copy, and by no other class', async () => {
    const copy = await loadCopy()
    const error = createError(code, {})
    expect(classOf(copy, code)).not.toBe(classOf(classes, code))
    for (const other of codes) expect(error instanceof classOf(copy, other)).toBe(other === code)
    expect(copy.isBobbinError(error)).toBe(true)
    expect(copy.isBobbinError(error, code)).toBe(true)
  })
})

describe('an error', () => {
  it('carries its facts as fields, and its cause as errors do', () => {
    const cause = new TypeError('no')
    const error = createError('UpgradeEphemeralToken', { reason: 'unavailable', flowId: 'f', cause })
    expect(error).toMatchObject({ reason: 'unavailable', flowId: 'f', cause })
    expect(Object.keys(error)).not.toContain('message')
  })

  it('of an unknown code is an internal one', () => {
    expect(createError('Surprise', {})).toBeInstanceOf(classes.InternalError)
  })

  it.each([null, undefined, 'text', 7, {}, new Error('plain'), { code: 'Internal', name: 'InternalError' }])(
    'is not %s',
    (value) => expect(isBobbinError(value)).toBe(false),
  )
})

describe('the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  it.each(codes)('explains %s, and whether to try again', (code) => {
    const row = new RegExp(`^\\| \`${code}Error\` +\\| .+\\| .+\\| (yes|no) +\\|$`, 'm').exec(readme)
    expect(row?.[1]).toBe(pageErrors[code].retryable ? 'yes' : 'no')
  })

  it('explains nothing else', () => {
    expect(readme.match(/^\| `\w+Error` /gm)).toHaveLength(codes.length)
  })
})
