import { z } from 'zod'
import { violation } from './message-guard.ts'
import type { PostgresSession } from './session.ts'

/** What a type says of the columns that have it: domains followed down to what they are made of. */
export interface ColumnType {
  /** As PostgreSQL writes it, without a modifier. */
  readonly sql_type: string
  /** Name and kind (`pg_type.typtype`) of what is below all domains. */
  readonly base_type: string
  readonly base_kind: string
  /** The same of an array's elements; null for what is not an array. */
  readonly element_type: string | null
  readonly element_kind: string | null
  /** That the domains declare, of the elements too; -1 where they do not. */
  readonly modifier: number
  readonly is_not_null: boolean
}

const typeRow = z.object({
  oid: z.string(),
  name: z.string(),
  kind: z.string(),
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
    select t.oid::text as oid, t.typname as name, t.typtype as kind, format_type(t.oid, null) as sql_type,
      t.typbasetype::text as base, t.typtypmod as modifier, t.typnotnull as is_not_null,
      case when t.typlen = -1 and t.typcategory = 'A' then t.typelem else 0 end::text as element
    from pg_type t where t.oid = any($1::oid[])`,
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
  const element = rows.get(whole.type.element)
  const itsElement = element && below(rows, element)
  return {
    sql_type: row.sql_type,
    base_type: whole.type.name,
    base_kind: whole.type.kind,
    element_type: itsElement?.type.name ?? null,
    element_kind: itsElement?.type.kind ?? null,
    modifier: whole.modifier === -1 && itsElement ? itsElement.modifier : whole.modifier,
    is_not_null: whole.isNotNull,
  }
}

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
