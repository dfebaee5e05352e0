import { openSqlite } from './sqlite.ts'

/** A process that prints each number once it is acknowledged; the crash test kills it in the middle. */
const database = await openSqlite(process.argv[2] ?? '')
for (let number = 1; ; number += 1) {
  await database.write(async (tx) => {
    await tx.db
      .insertInto('event')
      .values({ topic: 't', seq: number, at: 1, type: 'x', data: '{}' })
      .execute()
    await tx.db.updateTable('account').set({ created_at: number }).execute()
  })
  process.stdout.write(`${number}\n`)
}
