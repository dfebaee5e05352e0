/** What `scripts/postgres-server.mjs` starts, as far as it is needed here. */
interface Server {
  query(sql: string, options?: { database?: string }): Promise<unknown>
}

/** How many plain tables `bulk` has: `bulk_000`, `bulk_001`, … */
export const bulkTables = 200

/** Sign-in of the database's reader, who has no right on the schema `hidden`. */
export const oddDatabase = {
  dbname: 'odd',
  user: 'reader',
  password: 'reader: pa"ss\'wörd %40 \\',
} as const

/** The `tap_stream_id`s of everything in it but the bulk, in the order in which they are found. */
export const oddStreamIds = [
  'odd-Odd "Names"-plain',
  'odd-Odd "Names"-with space',
  'odd-"a"-b-c',
  'odd-a-b-d',
  'odd-"a-b"-c',
  'odd-public-Grüße 🧵 表',
  'odd-public-all_types',
  'odd-public-big_events',
  'odd-public-customer_emails',
  'odd-public-customers',
  'odd-public-no_columns',
  'odd-public-order_totals',
  'odd-public-orders',
  'odd-public-partly_readable',
  'odd-public-quote"and\'tick',
  'odd-public-remote_things',
  'odd-public-two_part_key',
  'odd-public-without_key',
] as const

/**
 * A test database with all that is odd about real ones: names with blanks, quotes and hyphens that collide,
 * Unicode, partitions, views, foreign tables, types that nobody knows, a table without a key, columns and
 * schemas without rights, and many tables. Creates the database `odd` and the roles `reader` (for whom it
 * is), `stranger` (who may connect and see nothing) and `no_connect` (who may not connect), all with the password of `oddDatabase`.
 */
export async function seedOddDatabase(server: Server): Promise<void> {
  const password = `'${oddDatabase.password.replaceAll("'", "''")}'`
  for (const role of ['reader', 'stranger', 'no_connect']) {
    await server.query(`create role ${role} login password ${password}`)
  }
  await server.query('create database odd')
  await server.query(`${tables}${names}${bulk}${rights}`, { database: 'odd' })
  await server.query('analyze customers', { database: 'odd' })
}

const tables = `
  create type mood as enum ('glad', 'sad');
  create type address as (street text, city text);
  create domain email as text check (value like '%@%');
  create domain work_email as email not null;
  create domain price as numeric(10, 2);
  create domain moods as mood[];
  create extension if not exists hstore;

  create table customers (
    id integer primary key, name text not null, email work_email, created_at timestamptz not null default now());
  insert into customers select n, 'Customer ' || n, n || '@example.test' from generate_series(1, 30) n;
  create table orders (
    id bigint primary key, customer_id integer references customers, total price, placed_on date);
  create view order_totals as select customer_id, sum(total) as total from orders group by customer_id;
  create materialized view customer_emails as select id, email from customers;
  create table two_part_key (line smallint, "order" bigint, note text, primary key ("order", line));
  create table without_key (message text, at timestamp);
  create table no_columns ();

  create table big_events (id bigint, at timestamptz not null, body jsonb, primary key (id, at)) partition by range (at);
  create table big_events_2025 partition of big_events for values from ('2025-01-01') to ('2026-01-01');
  create table big_events_2026 partition of big_events for values from ('2026-01-01') to ('2027-01-01');

  create extension if not exists postgres_fdw;
  create server elsewhere foreign data wrapper postgres_fdw options (host 'elsewhere.example.test');
  create foreign table remote_things (id integer, name text) server elsewhere;

  create table all_types (
    a_bool boolean, a_smallint smallint, a_int integer not null, a_bigint bigint,
    a_numeric numeric, a_decimal numeric(10, 2), a_whole numeric(5, 0), a_round numeric(3, -2),
    a_real real, a_double double precision, a_money money,
    a_text text, a_varchar varchar(40), a_char char(3), a_letter "char", a_name name, a_uuid uuid,
    a_date date, a_timestamp timestamp, a_timestamptz timestamptz, a_time time, a_timetz timetz,
    a_json json, a_jsonb jsonb not null, an_hstore hstore, an_inet inet, a_cidr cidr, a_macaddr macaddr,
    a_bit bit, an_enum mood, a_domain email, a_strict_domain work_email, a_price price,
    text_array text[], int_matrix integer[][], enum_array mood[] not null, domain_array email[], array_domain moods,
    varchar_array varchar(7)[],
    a_bytea bytea, an_interval interval, a_point point, a_range int4range, an_xml xml, bits bit(8),
    a_composite address, composites address[], a_tsvector tsvector, gone text);
  alter table all_types drop column gone;
`

const names = `
  create schema "Odd ""Names""";
  create table "Odd ""Names"""."with space" ("key ""id""" integer primary key, "naïve, ok" text, "__proto__" text);
  create table "Odd ""Names""".plain (id integer primary key);
  create table "Grüße 🧵 表" ("schlüssel" uuid primary key, "größe" integer);
  create table "quote""and'tick" ("it's" integer primary key, "a.b-c" text);
  create schema a;
  create schema "a-b";
  create table a."b-c" (id integer primary key);
  create table a."b-d" (id integer primary key);
  create table "a-b".c (id integer primary key);
`

const bulk = `
  create schema bulk;
  do $$ begin
    for n in 0 .. ${bulkTables - 1} loop
      execute format('create table bulk.%I (id integer primary key, note text)', 'bulk_' || lpad(n::text, 3, '0'));
    end loop;
  end $$;
`

const rights = `
  create schema hidden;
  create table hidden.secrets (id integer primary key);
  create table partly_readable (id integer primary key, open text, closed text);
  create table not_readable (id integer primary key);
  revoke connect on database odd from public;
  grant connect on database odd to reader, stranger;
  revoke usage on schema public from public;
  grant usage on schema public, bulk, a, "a-b", "Odd ""Names""" to reader;
  grant select on all tables in schema public, bulk, a, "a-b", "Odd ""Names""" to reader;
  revoke all on partly_readable, not_readable from reader;
  grant select (id, open) on partly_readable to reader;
`
