import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { int16, int32, message, signedIn } from './hostile-server.testing.ts'

type Value = string | null
const text = 25
const bool = 16
const int4 = 23

function rows(types: Readonly<Record<string, number>>, values: readonly (readonly Value[])[]): Buffer[] {
  const columns = Object.entries(types).map(([name, type]) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      int32(0),
      int16(0),
      int32(type),
      int16(-1),
      int32(-1),
      int16(0),
    ]),
  )
  return [
    message('T', Buffer.concat([int16(columns.length), ...columns])),
    ...values.map((row) => message('D', Buffer.concat([int16(row.length), ...row.map(field)]))),
    message('C', `SELECT ${values.length}\0`),
  ]
}

function field(value: Value): Buffer {
  return value === null ? int32(-1) : Buffer.concat([int32(value.length), Buffer.from(value)])
}

const done = (command: string) => message('C', `${command}\0`)
const ready = message('Z', 'T')

const schemas = rows({ oid: text, name: text, may_use: bool, is_inner: bool }, [
  ['2200', 'public', 't', 'f'],
  ['16385', 'hidden', 'f', 'f'],
])
const counts = rows({ schema_oid: text, offered: int4, unreadable: int4, parts: int4, of_extensions: int4 }, [
  ['2200', '2', '0', '1', '0'],
])
const tableColumns = { schema_name: text, table_name: text, facts: text }
const tables = rows(tableColumns, [
  ['public', 'orders', '16384 r 12 t 2 f 1'],
  ['public', 'people', '16390 v - t 1 f'],
])
const columns = rows({ name: text, facts: text }, [
  ['id', '16384 1 23 -1 0 t t'],
  ['tags', '16384 2 1009 -1 1 f t'],
  ['born', '16390 1 1184 -1 0 f t'],
])
const typeColumns = {
  oid: text,
  name: text,
  kind: text,
  is_builtin: bool,
  sql_type: text,
  base: text,
  modifier: int4,
  is_not_null: bool,
  element: text,
}
const usedTypes = rows(typeColumns, [
  ['23', 'int4', 'b', 't', 'integer', '0', '-1', 'f', '0'],
  ['1009', '_text', 'b', 't', 'text[]', '0', '-1', 'f', '25'],
  ['1184', 'timestamptz', 'b', 't', 'timestamp with time zone', '0', '-1', 'f', '0'],
])
const elementTypes = rows(typeColumns, [['25', 'text', 'b', 't', 'text', '0', '-1', 'f', '0']])

/** What a small database answers to a request of the connector, as messages; `null`: it said goodbye. */
function answerTo(request: string, state: { fetched: boolean }): Buffer[] | null {
  if (request.startsWith('X')) return null
  if (request.includes('begin transaction')) {
    return [done('BEGIN'), done('SET'), done('SET'), done('SET'), done('SET'), ready]
  }
  if (request.includes('server_version') && !request.includes('pg_class')) {
    return [...rows({ version: text, number: int4 }, [['15.4', '150004']]), ready]
  }
  if (request.includes('declare found_table')) return [done('DECLARE CURSOR'), ready]
  if (request.includes('fetch forward')) {
    const batch = state.fetched ? rows(tableColumns, []) : tables
    state.fetched = true
    return [...batch, ready]
  }
  const prepared = [message('1'), message('2')]
  if (request.includes('join pg_attribute')) return [...prepared, ...columns, ready]
  if (request.includes('from pg_type')) {
    return [...prepared, ...(request.includes('1184') ? usedTypes : elementTypes), ready]
  }
  return [...(request.includes('of_extensions') ? counts : schemas), ready]
}

/**
 * Milliseconds without a request, after which one that was tampered with ends: whoever waits for the rest of a message
 * learns it. A genuine one is never cut, however slow the machine is.
 */
const hangUpAfter = 250

/** What a conversation makes of the answers: which bytes are sent, in which pieces. `first` is the sign-in. */
export type Tamper = (answer: readonly Buffer[], number: number) => Iterable<Buffer>

/** Changes nothing. */
export const genuinely: Tamper = (answer) => answer

/**
 * Answers the connector's requests as a genuine PostgreSQL does, byte for byte, except for what the
 * tamper makes of it. Which tamper it is, the name of the database says.
 */
export async function startGenuineServer(
  tamperOf: (dbname: string) => Tamper,
): Promise<{ port: number; close: () => void }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    const state = { fetched: false }
    let tamper: Tamper | null = null
    let number = 0
    let request = ''
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => {
      request += bytes.toString('latin1')
      if (tamper === null) {
        tamper = tamperOf(/database\0([^\0]*)\0/.exec(request)?.[1] ?? '')
        request = ''
        if (tamper !== genuinely) socket.setTimeout(hangUpAfter, () => socket.destroy())
        return say(socket, tamper([signedIn], number))
      }
      // A query with parameters ends with a Sync.
      if (request.startsWith('P') && !request.endsWith('S\0\0\0\u0004')) return
      const answer = answerTo(request, state)
      request = ''
      number += 1
      if (answer === null) socket.end()
      else say(socket, tamper(answer, number))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** An empty piece ends the connection. */
function say(socket: Socket, pieces: Iterable<Buffer>): void {
  for (const piece of pieces) {
    if (piece.length === 0) return void socket.destroy()
    socket.write(piece)
  }
}
