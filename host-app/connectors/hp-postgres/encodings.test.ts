import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { runConnector } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

/** Bytes as a name of a table, in a database of that encoding; nothing is converted on the way. */
async function makeTables(encoding: string, names: readonly Buffer[]): Promise<void> {
  const database = encoding.toLowerCase()
  await server.query(`create database ${database} template template0 encoding '${encoding}' locale 'C'`)
  const creations = names.map((name) => {
    const literal = [...name].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
    return `execute format('create table %I (id integer primary key, %I text)', e'${literal}', e'${literal}');`
  })
  await server.query(`do $do$ begin ${creations.join('\n')} end $do$`, { database })
}

const find = (encoding: string) =>
  runConnector(hpPostgres, {
    ...createOutbound({ allowPrivateNetworks: true }),
    settings: {
      host: server.host,
      port: String(server.port),
      dbname: encoding.toLowerCase(),
      user: 'postgres',
      password: server.password,
      ssl: 'disable',
    },
    grant: null,
  })

const latin1 = (text: string) => Buffer.from(text, 'latin1')

describe('the names of a database', () => {
  it.each<[string, string, Buffer[], string[]]>([
    [
      'without an encoding, of which one is not UTF-8',
      'SQL_ASCII',
      [latin1('plain'), Buffer.from('grün 表 🧵'), latin1('grün'), latin1('gr\u00fbn'), latin1('x\u0081')],
      ['plain', 'grün', 'grûn', 'grün 表 🧵', 'x\u0081'],
    ],
    ['of Western Europe', 'LATIN1', [latin1('grün'), latin1('x\u0081')], ['grün', 'x\u0081']],
    [
      'of Windows, one of a character that is none',
      'WIN1252',
      [latin1('gr\u00fcn'), latin1('x\u0081')],
      ['grün', 'x\u0081'],
    ],
    ['of Japan', 'EUC_JP', [Buffer.from([0xc9, 0xbd]), latin1('table')], ['表', 'table']],
    [
      'of Japan, one of a character that is none',
      'EUC_JIS_2004',
      [Buffer.from([0xc9, 0xbd]), Buffer.from([0x8f, 0xfe, 0xfe])],
      ['表', '\u008fþþ'],
    ],
  ])('%s, are all found and readable', async (_, encoding, names, found) => {
    await makeTables(encoding, names)
    const { error, streams } = await find(encoding)
    expect(error).toBeNull()
    expect(streams.map(({ stream }) => stream).sort()).toEqual(found.sort())
    for (const { stream, schema } of streams) expect(Object.keys(schema.properties)).toEqual(['id', stream])
    expect(new Set(streams.map((stream) => stream.tap_stream_id)).size).toBe(names.length)
  })
})
