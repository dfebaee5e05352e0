import { describe, expect, it } from 'vitest'
import { caseProperties, property, settingCases } from './setting-cases.testing.ts'
import { settingFaults } from './setting-faults.ts'
import { meantValue, missingSettings, shownProperties, tidied, valuesInForce } from './setting-rules.ts'

const shown = (values: Record<string, string>) =>
  shownProperties(caseProperties, values).map(({ name }) => name)

describe('what shows', () => {
  it('follows the value, and the default where there is none', () => {
    expect(shown({})).toEqual(expect.arrayContaining(['plain_note', 'trial']))
    expect(shown({ tls: 'on' })).toContain('certificate')
    expect(shown({ tls: 'on' })).not.toContain('plain_note')
  })

  it('is nothing beneath what is hidden, nothing in a circle, and nothing that an unknown setting calls for', () => {
    const when = (name: string, other: string, order: number) =>
      property(name, order, { show_when: { property: other, in: ['x'] } })
    const odd = [
      property('top', 1),
      when('middle', 'top', 2),
      when('beneath', 'middle', 3),
      when('ring_a', 'ring_b', 4),
      when('ring_b', 'ring_a', 5),
      when('itself', 'itself', 6),
      when('lost', 'nothing', 7),
    ]
    const all = Object.fromEntries([...odd, property('nothing', 8)].map(({ name }) => [name, 'x']))
    const names = (values: Record<string, string>) => shownProperties(odd, values).map(({ name }) => name)
    expect(names(all)).toEqual(['top', 'middle', 'beneath'])
    expect(names({ ...all, top: 'y' })).toEqual(['top'])
  })

  it('counts alone: a hidden value is no setting', () => {
    const defaults = { port: '5432', plan: 'free' }
    expect(valuesInForce(caseProperties, { host: 'h', certificate: 'c' })).toEqual({
      ...defaults,
      host: 'h',
      tls: 'off',
    })
    expect(valuesInForce(caseProperties, { tls: 'on', certificate: 'c' })).toEqual({
      ...defaults,
      tls: 'on',
      certificate: 'c',
    })
  })
})

it('what is needed, shown, and without value or default is missing, unless its secret is kept', () => {
  const missing = (values: Record<string, string>, kept: string[] = []) =>
    Object.keys(missingSettings(caseProperties, values, new Set(kept)))
  expect(missing({})).toEqual(['host', 'password'])
  expect(missing({ host: 'h', tls: 'on' }, ['password'])).toEqual(['certificate'])
  expect(missing({ host: '' }, ['password'])).toEqual(['host'])
})

it('blanks are slips, except in a secret; what is empty then is absent', () => {
  const values = { host: ' h ', password: ' p ', certificate: '\n', issued: '', strange: ' ' }
  expect(tidied(caseProperties, values)).toEqual({ host: 'h', password: ' p ' })
})

it('a fault is one of the closed list', () => {
  for (const { faults = {} } of settingCases) expect(settingFaults.parse(faults)).toEqual(faults)
  const unlisted = { host: { rule: 'ugly', parameters: {} } }
  const talkative = { host: { rule: 'missing', parameters: { value: 'secret' } } }
  for (const faults of [unlisted, talkative]) expect(settingFaults.safeParse(faults).success).toBe(false)
})

describe('what is meant by a value', () => {
  const desk = property('desk', 1, { found_in: ['(?:https?://)?([a-z0-9\\-]+)\\.desk\\.test(?:[:/?#].*)?'] })
  it.each([
    ['acme', 'acme'],
    ['  acme ', 'acme'],
    ['acme.desk.test', 'acme'],
    ['https://acme.desk.test', 'acme'],
    ['HTTPS://Acme.Desk.Test/agent?x=1#top', 'Acme'],
    ['http://acme.desk.test:8443/', 'acme'],
    // Another vendor's, however it is written, stays as it is: the setting's own rules refuse it.
    ['https://acme.desk.test.evil.test/', 'https://acme.desk.test.evil.test/'],
    ['https://acme.desk.test@evil.test/', 'https://acme.desk.test@evil.test/'],
    ['https://evil.test/acme.desk.test', 'https://evil.test/acme.desk.test'],
    ['ftp://acme.desk.test', 'ftp://acme.desk.test'],
    ['https://a.b.desk.test', 'https://a.b.desk.test'],
    [`https://acme.desk.test/${'a'.repeat(3_000)}`, `https://acme.desk.test/${'a'.repeat(3_000)}`],
  ])('%j is %j', (typed, meant) => {
    expect(meantValue(desk, typed)).toBe(meant)
    expect(meantValue(desk, meant)).toBe(meant)
  })

  it('is a path with its slash, and a secret with its blanks', () => {
    expect(meantValue(property('url', 1), 'https://acme.test/mcp/ ')).toBe('https://acme.test/mcp/')
    expect(meantValue(property('key', 1, { is_credential: true }), ' k ')).toBe(' k ')
  })
})
