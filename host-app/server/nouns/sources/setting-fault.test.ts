import { Validator } from '@cfworker/json-schema'
import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { caseProperties, settingCases } from '@bobbin/shared/setting-cases.testing'
import type { Values } from '@bobbin/shared/setting-rules'
import { optionsOf, plainFault } from '@bobbin/shared/value-faults'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valueFault } from '../../../connectors/value-fault.ts'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'
import { InvalidSettings } from './invalid-settings.ts'

const info = connectorInfo({ steps: ['form'], properties: [...caseProperties] })
const secrets = new Set(caseProperties.filter((one) => one.is_credential).map(({ name }) => name))
/** What the form does not ask for stays as the app has saved it. */
const isOfForm = (name: string) => !secrets.has(name) && name !== 'plan'

let test: TestParts
beforeAll(async () => {
  test = await createTestParts({ connectors: [{ info }] })
})
afterAll(() => test.close())

const create = (properties: Values, isForm: boolean) =>
  test.database.write((tx) =>
    test.sources.create(
      tx,
      1,
      { type: info.type, display_name: 'A case', properties: { ...properties } },
      { mustBeComplete: isForm, uniqueName: true },
    ),
  )

/** Saves a form as it was posted. */
async function save(held: Values, saved: Values | undefined) {
  if (!saved) return create(held, true)
  const { id } = await create(saved, false)
  const change = { properties: { ...held } }
  return (await test.database.write((tx) => test.sources.update(tx, 1, id, change, 'replace'))).row
}

describe('a form that comes as it was filled in', () => {
  it.each(settingCases)('$title', async ({ held, saved, faults, sent }) => {
    const outcome = await save(held, saved).catch((error: unknown) => error)
    if (outcome instanceof Error && !(outcome instanceof InvalidSettings)) throw outcome
    if (faults) return expect(outcome).toMatchObject({ data: { faults } })
    const { id, properties } = outcome as Awaited<ReturnType<typeof create>>
    const kept = await test.credentials.open(1, id, 'form')
    const plain = Object.entries(JSON.parse(properties) as Values).filter(([name]) => isOfForm(name))
    expect({ ...Object.fromEntries(plain), ...kept?.values }).toEqual({
      ...Object.fromEntries(Object.entries(saved ?? {}).filter(([name]) => secrets.has(name))),
      ...sent,
    })
  })

  it('names nothing but what is at fault', async () => {
    for (const { held, saved, faults } of settingCases.filter((one) => one.faults)) {
      await expect(save(held, saved)).rejects.toHaveProperty('data', { faults })
    }
  })

  it('is not judged anew, nor changed, where it stands as it was saved but for its blanks', async () => {
    const { id } = await create({ host: 'db.test', password: 'secret' }, false)
    const old = JSON.stringify({ host: 'OLD\n' })
    await test.database.write(async (tx) => {
      tx.touch({ accountId: 1, sourceId: id })
      await tx.db.updateTable('source').set({ properties: old }).where('id', '=', id).execute()
    })
    const saving = (host: string) =>
      test.database.write((tx) => test.sources.update(tx, 1, id, { properties: { host } }, 'replace'))
    expect(await saving('OLD')).toMatchObject({ extent: 'nothing', row: { properties: old } })
    await expect(saving('OTHER')).rejects.toHaveProperty('data.faults.host')
  })
})

const texts = ['', 'a', 'ab', 'c', '1', '1.0', '1.5', '4', '70000', 'true', 'yes', 'a b', 'x'.repeat(300)]
const port = caseProperties.find(({ name }) => name === 'port')?.json_schema ?? null
const schemas: PropertyInfo['json_schema'][] = [
  null,
  { type: 'string', enum: ['a', 'b'] },
  { enum: [1, 2] },
  { type: 'integer', enum: [1, 2] },
  { oneOf: [{ const: 'a', title: 'A' }, { const: 'b' }] },
  { oneOf: [{ const: 'a' }, { type: 'string', pattern: '^1' }] },
  { type: 'boolean' },
  { enum: [true, false] },
  { type: 'string', pattern: '^(true|false)$' },
  { type: 'integer', minimum: 1, maximum: 65_535 },
  { type: 'integer', pattern: '^a' },
  port,
  { anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^a+$' }] },
  { anyOf: [{ format: 'hostname' }, { format: 'ipv4' }], pattern: '^a' },
  { minLength: 2, maxLength: 3 },
]

describe('what is told without a library for JSON Schema', () => {
  it.each(schemas)('is what the library refuses, too: %j', (json_schema) => {
    const one = { ...property('x'), json_schema }
    const library = new Validator(json_schema ?? {}, '2020-12')
    for (const text of texts.filter((each) => plainFault(one, each))) {
      expect([text, library.validate(text).valid]).toEqual([text, false])
    }
  })

  it('is not all: of a number, a format and one of several shapes the server alone can tell', () => {
    const of = (json_schema: PropertyInfo['json_schema']) => ({ ...property('x'), json_schema })
    const range = { rule: 'not_a_number', parameters: { least: 1, most: 9 } }
    for (const [one, value, fault] of [
      [of({ type: 'integer', minimum: 1, maximum: 9 }), '10', range],
      [of({ format: 'uri' }), 'nope', { rule: 'not_in_format', parameters: { formats: ['uri'] } }],
      [
        of({ anyOf: [{ maxLength: 1 }, { pattern: '^a' }] }),
        'bb',
        { rule: 'other_form', parameters: { example: null } },
      ],
    ] as const) {
      expect(plainFault(one, value)).toBeNull()
      expect(valueFault(one, value)).toEqual(fault)
    }
  })
})

it('choices have a value and a title; where other values are good as well there are none', () => {
  const of = (json_schema: PropertyInfo['json_schema']) => optionsOf({ json_schema })
  expect(of({ enum: ['eu', 2] })).toEqual([
    { value: 'eu', title: 'eu' },
    { value: '2', title: '2' },
  ])
  expect(of({ oneOf: [{ const: 'a', title: 'Off' }, { const: 'b' }] })).toEqual([
    { value: 'a', title: 'Off' },
    { value: 'b', title: 'b' },
  ])
  expect(of({ oneOf: [{ const: 'a' }, { type: 'string', minLength: 3 }] })).toEqual([])
  expect(of(null)).toEqual([])
})
