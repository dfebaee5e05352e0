import { expect, it } from 'vitest'
import { startMariadb, startMysql } from '../../../scripts/mysql-server.mjs'
import { runConnector } from '../connector-contract.testing.ts'
import { hpMysql } from './connector.ts'
import { at } from './fixtures.testing.ts'

const logging = { log_bin: 'log', server_id: '1', binlog_format: 'ROW' }
const methods = ['FULL_TABLE', 'INCREMENTAL', 'LOG_BASED']

it.each([
  ['MariaDB', startMariadb],
  ['MySQL', startMysql],
])('%s is read from its log where that has all, and the user may', async (_, start) => {
  const server = await start({ settings: logging })
  try {
    await server.query(`create database shop; create table shop.orders (id int primary key);
      create view shop.seen as select id from shop.orders;
      create user reader identified by 'reader-password'; grant select on shop.* to reader`)
    const found = async () => {
      const run = await runConnector(hpMysql, at(server))
      const offered = run.streams.map(({ stream, metadata }) => [
        stream,
        metadata[0]?.metadata['valid-replication-methods'],
      ])
      return {
        line: run.lines.find((line) => line.startsWith('Log-based')),
        offered: Object.fromEntries(offered),
      }
    }
    expect(await found()).toEqual({
      line:
        'Log-based replication is not possible: the user has no right REPLICATION SLAVE; ' +
        'the user has no right REPLICATION CLIENT.',
      offered: { orders: undefined, seen: undefined },
    })
    await server.query('grant replication slave, replication client on *.* to reader')
    expect(await found()).toEqual({
      line: 'Log-based replication is possible.',
      offered: { orders: methods, seen: undefined },
    })
    await server.query(`set global binlog_row_image = 'MINIMAL'; set global binlog_format = 'MIXED'`)
    expect((await found()).line).toBe(
      'Log-based replication is not possible: binlog_format is \u2068MIXED\u2069 and must be ROW; ' +
        'binlog_row_image is \u2068MINIMAL\u2069 and must be FULL.',
    )
  } finally {
    await server.stop()
  }
})
