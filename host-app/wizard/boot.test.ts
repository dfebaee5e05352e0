import { expect, test } from 'vitest'
import { bootJson } from './boot.ts'
import { database } from './preview/connectors.ts'

test('nothing in the boot data can end its script element or open a comment', () => {
  const name = '</script><!--\u2028<script>alert(1)</script>'
  const json = bootJson({ flowId: 'f', connector: { ...database, name }, state: null })
  expect(json).not.toMatch(/[<>\u2028]/)
  expect(JSON.parse(json).connector.name).toBe(name)
})

test('what the server alone goes by stays out of the page', () => {
  const [first, ...others] = database.properties
  const properties = [{ ...first!, also_named: ['server'], also_spelled: { a: 'b' } }, ...others]
  const unsupported = [{ names: ['ssh'], reason: 'Not yet.' }]
  const json = bootJson({ flowId: 'f', connector: { ...database, properties, unsupported }, state: null })
  expect(json).not.toMatch(/also_named|binds|unsupported/)
  expect(JSON.parse(json).connector.properties).toMatchObject([
    { also_spelled: { a: 'b' } },
    ...others.map(({ name, title }) => ({ name, title })),
  ])
})

test('what the first paint does without stays out of the page: the words of what is hidden, and what values are judged by', () => {
  const properties = database.properties.map((property) => ({
    ...property,
    description: `What ${property.name} is.`,
    placeholder: `As ${property.name}`,
  }))
  const json = bootJson({ flowId: 'f', connector: { ...database, properties }, state: null })
  const told = properties.filter(
    ({ name }) => json.includes(`What ${name} is.`) && json.includes(`As ${name}`),
  )
  expect(told.map(({ name }) => name)).toEqual('host port dbname user password ssl ssl_ca'.split(' '))
  expect(json).not.toMatch(/pattern|maxLength/)
  expect(json).toMatch(/hostname.*From the log/)
})
