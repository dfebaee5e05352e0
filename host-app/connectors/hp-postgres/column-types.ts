import { z } from 'zod'
import { violation } from './message-guard.ts'
import type { PostgresSession } from './session.ts'

/** A type that is no array, or an array as such. */
export interface PlainType {
  readonly name: string
  /** `pg_type.typtype` */
  readonly kind: string
  /** PostgreSQL's own. Others may have the same name. */
  readonly is_builtin: boolean
}

/** What a type says of the columns that have it: domains followed down to what they are made of. */
export interface ColumnType {
  /**
   * As taps compare it: without a modifier and without a schema, `integer[]`, `timestamp with time zone`, `hstore`.
   * Of a domain it is what the domain is made of: as that the server sends the values.
   */
  readonly sql_type: string
  /** What is below all domains. */
  readonly base: PlainType
  /** The same of an array's elements; null for what is not an array. */
  readonly element: (PlainType & { readonly is_domain: boolean }) | null
  /** That the domains declare, of the elements too; -1 where they do not. */
  readonly modifier: number
  readonly is_not_null: boolean
}

const typeRow = z.object({
  oid: z.string(),
  name: z.string(),
  kind: z.string(),
  is_builtin: z.boolean(),
  sql_type: z.string(),
  /** `0`: it is no domain. */
  base: z.string(),
  modifier: z.int(),
  is_not_null: z.boolean(),
  /** `0`: it is no array. */
  element: z.string(),
})
type TypeRow = z.infer<typeof typeRow>

const none = '0'
/** Domains over domains; a server that claims more than any database has is not believed. */
const mostLevels = 1_000

/** Describes types by their object ids, each asked for once in a session. */
export interface ColumnTypes {
  /** Asks for those that are not known yet. */
  load(oids: Iterable<string>): Promise<void>
  /** Of one that was loaded. Throws `ConnectorError` where the server did not say what it was asked. */
  of(oid: string): ColumnType
}

export function createColumnTypes(session: PostgresSession): ColumnTypes {
  const rows = new Map<string, TypeRow>()
  const described = new Map<string, ColumnType>()
  return {
    async load(oids) {
      let unknown = new Set([...oids].filter((oid) => !rows.has(oid)))
      for (let level = 0; unknown.size > 0; level += 1) {
        if (level > mostLevels) throw violation()
        const found = await readTypes(session, [...unknown])
        for (const row of found) rows.set(row.oid, row)
        if (![...unknown].every((oid) => rows.has(oid))) throw violation()
        const below = found.flatMap(({ base, element }) => [base, element])
        unknown = new Set(below.filter((oid) => oid !== none && !rows.has(oid)))
      }
    },
    of(oid) {
      const known = described.get(oid) ?? describe(rows, oid)
      described.set(oid, known)
      return known
    },
  }
}

async function readTypes(session: PostgresSession, oids: readonly string[]): Promise<TypeRow[]> {
  const found = await session.query(
    `
    select t.oid::text as oid, t.typname as name, t.typtype as kind, b.is_builtin,
      -- Here only pg_catalog is looked through, and what is elsewhere would be named with its schema.
      case when b.is_builtin then format_type(t.oid, null) else quote_ident(t.typname) end as sql_type,
      t.typbasetype::text as base, t.typtypmod as modifier, t.typnotnull as is_not_null,
      -- int2vector and oidvector are like arrays and are written otherwise.
      case when t.typlen = -1 and t.typcategory = 'A' and t.typstorage <> 'p' then t.typelem else 0 end::text as element
    from pg_type t
    cross join lateral (select t.typnamespace = 'pg_catalog'::regnamespace as is_builtin) b
    where t.oid = any($1::oid[])`,
    [oids],
  )
  const parsed = z.array(typeRow).safeParse(found)
  if (!parsed.success) throw violation(parsed.error)
  return parsed.data
}

function describe(rows: ReadonlyMap<string, TypeRow>, oid: string): ColumnType {
  const row = rows.get(oid)
  if (!row) throw violation()
  const whole = below(rows, row)
  const element = whole.type.element === none ? null : rows.get(whole.type.element)
  if (element === undefined) throw violation()
  const itsElement = element && below(rows, element)
  return {
    sql_type: element ? `${element.sql_type}[]` : whole.type.sql_type,
    base: plain(whole.type),
    element: itsElement && element ? { ...plain(itsElement.type), is_domain: element.base !== none } : null,
    modifier: whole.modifier === -1 && itsElement ? itsElement.modifier : whole.modifier,
    is_not_null: whole.isNotNull,
  }
}

const plain = ({ name, kind, is_builtin }: TypeRow): PlainType => ({ name, kind, is_builtin })

/** Down through all domains. */
function below(
  rows: ReadonlyMap<string, TypeRow>,
  top: TypeRow,
): { type: TypeRow; modifier: number; isNotNull: boolean } {
  let type = top
  let modifier = -1
  let isNotNull = false
  for (let level = 0; type.base !== none; level += 1) {
    const next = rows.get(type.base)
    if (!next || level > mostLevels) throw violation()
    modifier = type.modifier
    isNotNull ||= type.is_not_null
    type = next
  }
  return { type, modifier, isNotNull }
}
