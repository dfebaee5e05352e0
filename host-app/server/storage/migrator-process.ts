import process from 'node:process'
import { openSqlite } from './sqlite.ts'

/** A process that opens a store, says so, and ends. Tests kill it in the middle, and start two at once. */
const database = await openSqlite(process.argv[2] ?? '')
process.stdout.write('open\n')
await database.close()
