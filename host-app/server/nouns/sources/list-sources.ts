import type { SourceFilter } from '@bobbin/shared/source'
import type { Kysely } from 'kysely'
import { readSlice, type Slice, type SlicedRows } from '../../store/slice.ts'
import type { Tables } from '../../store/tables.ts'
import type { SourceRow } from './source-row.ts'

/** All of them, deleted ones too, oldest first. */
export function listSourceRows(db: Kysely<Tables>, accountId: number): Promise<SourceRow[]> {
  return matching(db, accountId, {}).orderBy('id').execute()
}

/** A slice of those that match, oldest first. */
export function pageSourceRows(
  db: Kysely<Tables>,
  accountId: number,
  filter: SourceFilter,
  slice: Slice,
): Promise<SlicedRows<SourceRow>> {
  return readSlice(matching(db, accountId, filter), { columns: ['id'], direction: 'asc' }, slice)
}

function matching(db: Kysely<Tables>, accountId: number, { type, state }: SourceFilter) {
  let query = db.selectFrom('source').selectAll().where('account_id', '=', accountId)
  if (type !== undefined) query = query.where('type', '=', type)
  if (state === undefined) return query
  if (state === 'deleted') return query.where('deleted_at', 'is not', null)
  query = query.where('deleted_at', 'is', null)
  const isPaused = state === 'paused'
  return query.where(({ eb, or, not }) => {
    const paused = or([eb('paused_at', 'is not', null), eb('system_paused_at', 'is not', null)])
    return isPaused ? paused : not(paused)
  })
}
