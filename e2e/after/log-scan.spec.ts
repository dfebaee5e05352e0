import { expect, test } from '@playwright/test'
import { readSayings, readSecrets, readServerLogs } from '../evidence.ts'
import { findForeignText, findSecrets } from './find-leaks.ts'

/** Looks through all that the product printed and said while the specs ran. Runs after the last of them. */

test('no log, reply, event or webhook of the whole run has a secret in it', () => {
  const secrets = readSecrets()
  const logs = readServerLogs()
  const sayings = readSayings()
  expect(secrets.size).toBeGreaterThan(0)
  expect(logs.length).toBeGreaterThan(0)
  for (const door of ['webhook', '/v4/events', '/connect/']) {
    expect(sayings.some(({ where }) => where.includes(door))).toBe(true)
  }
  expect(findSecrets(secrets, [...logs, ...sayings])).toEqual([])
})

test('no reply, event or webhook has a driver’s words, a query or a stack in it', () => {
  expect(findForeignText(readSayings())).toEqual([])
})
