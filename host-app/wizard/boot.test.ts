import { expect, test } from 'vitest'
import { bootJson } from './boot.ts'
import { database } from './preview/connectors.ts'

test('nothing in the boot data can end its script element or open a comment', () => {
  const name = '</script><!--\u2028<script>alert(1)</script>'
  const json = bootJson({ flowId: 'f', connector: { ...database, name }, state: null })
  expect(json).not.toMatch(/[<>\u2028]/)
  expect(JSON.parse(json).connector.name).toBe(name)
})
