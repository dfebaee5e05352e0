import type { MysqlServer } from '../../../scripts/mysql-server.mjs'

/** Who reads the odd databases, as settings. */
export const oddReader = { user: 'reader', password: 'reader-password' }

/** In SQL. */
const oddName = '`Größe "x" \\ \'y\' ``z```'

/**
 * Databases with what is unusual and legal, that every server since MySQL 5.6 knows: names, keys, rights, views. What
 * `reader` may read, `oddStreamIds` lists.
 */
const everywhere = `
  create database odd; create database \`a-b\`; create database a; create database empty_one; create database hidden;
  use odd;
  create table orders (number int, shop int, note varchar(40), primary key (shop, number));
  create table unique_only (maybe int, sure int not null, code char(4) not null, unique key (maybe), unique key by_code (code));
  create table by_prefix (name varchar(200) not null, unique key (name(10)));
  create table without_key (a int);
  create table blob_key (id varbinary(16) not null primary key, n int);
  create table year_key (y year not null primary key, n int);
  create table ${oddName} (\`日本\` int, \`__proto__\` int, \`a|b\` int);
  create table no_select (id int primary key);
  create table in_part (a int, b int, c int, primary key (a, b));
  create table zero (d date not null, t timestamp not null default current_timestamp, n int not null);
  create view some_orders as select number, note from orders;
  create table gone (a int); create view broken as select a from gone; drop table gone;
  create table \`a-b\`.c (id int primary key); create table a.\`b-c\` (id int primary key); create table a.other (id int);
  create table hidden.things (id int);
  insert into orders values (1, 1, 'one'), (2, 1, 'two');
`

const rights = `
  grant select on odd.orders to reader; grant select on odd.unique_only to reader; grant select on odd.by_prefix to reader;
  grant select on odd.without_key to reader; grant select on odd.blob_key to reader; grant select on odd.year_key to reader;
  grant select on odd.${oddName} to reader; grant select on odd.zero to reader;
  grant select on odd.some_orders to reader; grant select on odd.broken to reader;
  grant insert on odd.no_select to reader; grant select (b, c), insert (a) on odd.in_part to reader;
  grant select on \`a-b\`.* to reader; grant select on a.* to reader; grant select on empty_one.* to reader;
`

export const oddStreamIds = [
  '`a`-b-c',
  'a-other',
  '`a-b`-c',
  `odd-Größe "x" \\ 'y' \`z\``,
  'odd-blob_key',
  'odd-by_prefix',
  'odd-in_part',
  'odd-orders',
  'odd-some_orders',
  'odd-unique_only',
  'odd-without_key',
  'odd-year_key',
  'odd-zero',
]

export async function seedOddDatabases(server: MysqlServer): Promise<void> {
  await server.query(`set names utf8mb4; ${everywhere}`)
  await server.query(`set names utf8mb4; create user reader identified by '${oddReader.password}'; ${rights}
    create user stranger identified by '${oddReader.password}';`)
}
