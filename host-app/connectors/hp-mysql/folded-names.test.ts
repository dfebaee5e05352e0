import { expect, it } from 'vitest'
import { startMariadb, startMysql } from '../../../scripts/mysql-server.mjs'
import { runConnector } from '../connector-contract.testing.ts'
import { hpMysql } from './connector.ts'
import { at } from './fixtures.testing.ts'

const reader = `create user reader identified by 'reader-password'; grant select on *.* to reader`
const servers = [
  ['MariaDB', startMariadb],
  ['MySQL', startMysql],
] as const

it.each(servers)('%s tells names apart by case, and so do we', async (_, start) => {
  const server = await start()
  try {
    await server.query(`create database Shop; create database shop; create table Shop.Orders (A int primary key);
      create table shop.orders (b int primary key); create table shop.Orders (c int primary key);
      create table shop.straße (d int primary key); create table shop.strasse (e int primary key); ${reader}`)
    const found = async (settings = {}) => {
      const { streams } = await runConnector(hpMysql, at(server, settings))
      return streams.map((stream) => [stream.tap_stream_id, Object.keys(stream.schema.properties)])
    }
    const lower = [
      ['shop-Orders', ['c']],
      ['shop-orders', ['b']],
      ['shop-strasse', ['e']],
      ['shop-straße', ['d']],
    ]
    expect(await found()).toEqual([['Shop-Orders', ['A']], ...lower])
    expect(await found({ filter_dbs: 'shop' })).toEqual(lower)
    expect(await found({ dbname: 'Shop' })).toEqual([['Shop-Orders', ['A']]])
  } finally {
    await server.stop()
  }
})

it.each(servers)('%s may fold names, and then a filter means what it folds to', async (_, start) => {
  const server = await start({ settings: { lower_case_table_names: '1' } })
  try {
    await server.query(`create database Shop; create table Shop.Orders (Id int primary key); ${reader}`)
    const run = await runConnector(hpMysql, at(server, { filter_dbs: 'SHOP' }))
    expect(run.streams.map(({ tap_stream_id: id }) => id)).toEqual(['shop-orders'])
    expect(run.lines.join()).toContain('does not tell upper case from lower case')
  } finally {
    await server.stop()
  }
})
