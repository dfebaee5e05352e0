import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { api } from './api.ts'
import { cleanName } from './clean-name.ts'
import { givenName } from './given-name.ts'
import { wizardApi } from './wizard-api.ts'

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index))

const unfit = [...range(0, 0x1f), ...range(0x7f, 0x9f), ...range(0x202a, 0x202e), ...range(0x2066, 0x2069)]
/** LRM, RLM, ZWJ, ZWNJ; and neighbours of what is unfit. */
const fit = [
  '\u200e',
  '\u200f',
  '\u200d',
  '\u200c',
  ' ',
  '~',
  '\u00a0',
  '\u2029',
  '\u202f',
  '\u2065',
  '\u206a',
]

describe('a name', () => {
  it.each(unfit.map((character) => [character.codePointAt(0)!.toString(16), character]))(
    'with U+%s is refused when a customer gives it, and cleaned when a vendor does',
    (_, character) => {
      expect(givenName.safeParse(`Ac${character}me`).success).toBe(false)
      expect(cleanName(`Ac${character}me`)).toMatch(/^Ac ?me$/)
    },
  )

  it.each(fit.map((character) => [character.codePointAt(0)!.toString(16), character]))(
    'with U+%s stays as it is',
    (_, character) => {
      const name = `Ac${character}me`
      expect(givenName.parse(name)).toBe(name)
      expect(cleanName(name)).toBe(name)
    },
  )

  it('of two lines is one of two words', () => {
    expect(cleanName('Acme\r\nLtd')).toBe('Acme Ltd')
  })

  it('is clean exactly when it is not refused', () => {
    for (let code = 0; code <= 0xffff; code += 1) {
      const text = String.fromCharCode(code)
      expect([code, givenName.safeParse(text).success]).toEqual([code, cleanName(text) === text])
    }
  })
})

/** Paths of the members of a body that name something, with their schemas. */
function namesIn(schema: unknown, path: string): { path: string; schema: Record<string, unknown> }[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {} } = schema as { properties?: Record<string, Record<string, unknown>> }
  const own = Object.entries(properties)
    .filter(([key]) => /(^|_)(name|company|description|title|label)$/.test(key) && !(key in namesOfOurs))
    .map(([key, member]) => ({ path: `${path}.${key}`, schema: member }))
  const below = Object.entries(schema).flatMap(([key, member]) => namesIn(member, `${path}.${key}`))
  return [...own, ...below]
}

/** Names that have to be those of something there is. */
const namesOfOurs: Readonly<Record<string, true>> = { discovery_job_name: true }

describe('every name in a request', () => {
  const calls: Readonly<Record<string, object>> = { ...api, ...wizardApi }
  const bodies = Object.entries(calls).flatMap(([name, call]) =>
    'body' in call && call.body instanceof z.ZodType ? [[name, call.body] as const] : [],
  )
  const names = bodies.flatMap(([name, body]) =>
    namesIn(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }), name),
  )

  it('is found by this test', () => {
    expect(names.map(({ path }) => path.replaceAll(/\.(properties|anyOf|\d+)/g, ''))).toEqual(
      expect.arrayContaining([
        'createAccount.company',
        'createAccount.first_name',
        'createAccount.last_name',
        'createAccessToken.name',
        'createSource.display_name',
        'updateSource.display_name',
        'cloneSource.display_name',
        'createWebhook.description',
        'updateWebhook.description',
        'saveForm.display_name',
      ]),
    )
  })

  it.each(names.map(({ path, schema }) => [path, schema] as const))('%s is a given name', (_, schema) => {
    expect(JSON.stringify(schema)).toContain(JSON.stringify({ pattern: patternOf(givenName) }).slice(1, -1))
  })
})

function patternOf(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema).pattern
}
