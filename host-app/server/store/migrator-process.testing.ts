import process from 'node:process'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { openSqlite } from './sqlite/sqlite.ts'

/**
 * A process that opens a store, says so and after how many statements, and ends. Tests kill it in the middle, start two
 * at once, and have it killed before a certain statement.
 */
const [file = '', last = '0'] = process.argv.slice(2)
let statements = 0
countCalls(DatabaseSync.prototype, ['exec'])
countCalls(StatementSync.prototype, ['all', 'run', 'get', 'iterate'])
const database = await openSqlite(file)
process.stdout.write(`open ${statements}\n`)
await database.close()

function countCalls(prototype: object, names: readonly string[]): void {
  for (const name of names) {
    const execute = Reflect.get(prototype, name) as (...args: unknown[]) => unknown
    Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]) {
      statements += 1
      if (statements === Number(last)) process.kill(process.pid, 'SIGKILL')
      return execute.apply(this, args)
    })
  }
}
