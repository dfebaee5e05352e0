import { expect, it } from 'vitest'
import { findBesideWrites } from './check-writes.mjs'

const noun = `
  export interface Sources {
    get(accountId: number, id: number, tx?: Transaction): Promise<Row>
    update(tx: Transaction, accountId: number, id: number): Promise<void>
  }
`

/** The lines of a write's body about which there is a complaint. */
function complaintsAbout(...body: string[]): string[] {
  const inWrite = ['database.write(async (tx) => {', ...body, '})'].join('\n')
  const inFunction = ['async function save({ database, log }: Parts, tx: Transaction) {', ...body, '}'].join(
    '\n',
  )
  const linesOf = (text: string) =>
    findBesideWrites({ 'noun.ts': noun, 'write.ts': text }).map((complaint) => {
      const line = Number(/^write\.ts:(\d+): /.exec(complaint)?.[1])
      return body[line - 2] ?? complaint
    })
  expect(linesOf(inFunction)).toEqual(linesOf(inWrite))
  return linesOf(inWrite)
}

it.each([
  ['a read beside the `tx`', `const row = await database.read.selectFrom('source').execute()`],
  ['the same by way of its parts', `const row = await findRow(services.database, id)`],
  ['the same by a reader from outside', `const row = await read.selectFrom('source').execute()`],
  ['another write', `await database.write((other) => sources.update(other, 1, 2))`],
  ['a noun that is not given the `tx`', `const source = await services.sources.get(accountId, id)`],
  ['a line in the log', `parts.log.warn({ id }, 'given up')`],
  ['a counter', `metrics.claims.inc()`],
  ['a variable of outside', `last = accountId`],
  ['a count of outside', `tries += 1`],
  ['a list of outside', `told.push(row)`],
])('%s is complained about', (_, line) => {
  expect(complaintsAbout('const id = 7', line, 'return id')).toEqual([line])
})

it('what goes through the `tx`, stays in the write, or waits for the commit is fine', () => {
  expect(
    complaintsAbout(
      `const source = await services.sources.get(accountId, id, tx)`,
      `const rows = await tx.db.selectFrom('source').execute()`,
      `const byId = new Map(rows.map((row) => [row.id, row]))`,
      `byId.set(1, byId.get(1, 2))`,
      `let count = 0`,
      `for (const row of rows) count += 1`,
      `tx.afterCommit(() => {`,
      `  last = accountId`,
      `  log.info('done')`,
      `  database.read.selectFrom('source')`,
      `})`,
    ),
  ).toEqual([])
})

it('where a `tx` may be given or not, the store itself may be read', () => {
  const text = `async function find(database: Database, id: number, tx?: Transaction) {
    return (tx?.db ?? database.read).selectFrom('source').execute()
  }`
  expect(findBesideWrites({ 'find.ts': text })).toEqual([])
})
