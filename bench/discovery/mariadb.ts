import mysql from 'mysql2/promise'
import { startMariadb } from '../../scripts/mysql-server.mjs'
import type { MeasuredServer } from './measured-server.ts'

export async function startMeasuredMariadb(): Promise<MeasuredServer> {
  const mariadb = await startMariadb({ settings: { innodb_flush_log_at_trx_commit: '0' } })
  const { host, port, user, password } = mariadb
  return {
    name: 'MariaDB',
    type: 'platform.hp-mariadb',
    settings: (dbname) => ({
      host,
      port: String(port),
      user,
      password,
      dbname,
      filter_dbs: dbname,
      ssl: 'disable',
    }),
    stop: () => mariadb.stop(),

    async createDatabase({ tables, columns }) {
      const database = `tables_${tables}_${columns}`
      await mariadb.query(`create database ${database}`)
      const own = ['id int primary key', 'name varchar(80)', 'amount decimal(10,2)', 'updated_at timestamp']
      const more = Array.from({ length: columns - own.length }, (_, at) => `column_${at} varchar(${40 + at})`)
      // A storage engine that makes no file of megabytes of each.
      const table = `(${[...own, ...more].join(', ')}) engine = myisam`
      const step = 500
      for (let first = 0; first < tables; first += step) {
        const numbers = Array.from({ length: Math.min(step, tables - first) }, (_, at) => first + at)
        await mariadb.query(numbers.map((number) => `create table t_${number} ${table}`).join(';'), database)
      }
      return database
    },

    async readBare(database) {
      const connection = await mysql.createConnection({ host, port, user, password, database })
      try {
        const [rows] = await connection.query<mysql.RowDataPacket[]>(
          `select TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE,
            CHARACTER_MAXIMUM_LENGTH, NUMERIC_SCALE, COLUMN_KEY, EXTRA, PRIVILEGES
          from information_schema.COLUMNS where TABLE_SCHEMA = database() order by TABLE_NAME, ORDINAL_POSITION`,
        )
        return rows.length
      } finally {
        await connection.end()
      }
    },
  }
}
