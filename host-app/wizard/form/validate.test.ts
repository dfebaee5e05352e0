import { expect, test } from 'vitest'
import { database } from '../preview/connectors.ts'
import { formProperties } from './settings.ts'
import { validate } from './validate.ts'

const properties = formProperties(database.properties)
const good = {
  display_name: 'Orders',
  host: 'h',
  port: '5432',
  dbname: 'd',
  user: 'u',
  password: 'p',
  ssl: 'true',
}

test('nothing is wrong with a complete form', () => {
  expect(validate(properties, good, [])).toEqual({})
})

test('what is required and missing is named by its title', () => {
  expect(validate(properties, { ...good, display_name: '', host: '' }, [])).toEqual({
    display_name: 'Name is missing.',
    host: 'Host is missing.',
  })
})

test('a name is refused for characters that nobody sees, not for those of its script', () => {
  expect(validate(properties, { ...good, display_name: 'Or\u202eders' }, [])).toEqual({
    display_name: 'Name has characters that cannot be shown. Please type it anew.',
  })
  expect(validate(properties, { ...good, display_name: 'الطلبات\u200f' }, [])).toEqual({})
})

test('a secret that is kept may stay blank', () => {
  expect(validate(properties, { ...good, password: '' }, ['password'])).toEqual({})
  expect(validate(properties, { ...good, password: '' }, [])).toHaveProperty('password')
})

test('what does not show is not asked for', () => {
  expect(validate(properties, { ...good, replication: 'standard' }, [])).toEqual({})
  expect(validate(properties, { ...good, replication: 'log' }, [])).toHaveProperty('slot')
})

test('a value must fit its pattern and its length', () => {
  expect(validate(properties, { ...good, port: 'abc' }, [])).toHaveProperty('port')
  expect(validate(properties, { ...good, host: 'h'.repeat(300) }, [])).toHaveProperty('host')
})
