import type { Kysely } from 'kysely'
import { compileRows } from '../../store/compile-rows.ts'
import type { Tables } from '../../store/tables.ts'
import type { IdRange } from './stream-portions.ts'
import type { StreamMake } from './stream-make.ts'
import { notByIndex } from './streams-by-id.ts'

/*
 * What a source's streams are made of, each once. A row comes with the first stream that has it, and goes with the write
 * that takes it from the last.
 */

interface Owner {
  readonly accountId: number
  readonly sourceId: number
}

type NewMake = Omit<Tables['stream_make'], 'id'>

/** Rows per statement. */
const rowsAtOnce = 100

const insertMakes = compileRows<NewMake>(rowsAtOnce, (db, rows) =>
  db
    .insertInto('stream_make')
    .values(
      rows.map((row) => ({
        account_id: row.account_id,
        source_id: row.source_id,
        hash: row.hash,
        schema: row.schema,
        fields: row.fields,
      })),
    )
    .onConflict((conflict) => conflict.columns(['source_id', 'hash']).doNothing()),
)

/** Stores those of these that the source does not have yet. Returns the ids of all of them by hash. */
export async function storeMakes(
  db: Kysely<Tables>,
  { accountId, sourceId }: Owner,
  makes: ReadonlyMap<string, StreamMake>,
): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  const rows = [...makes.values()].map(({ hash, schema, fields }): NewMake => {
    return { account_id: accountId, source_id: sourceId, hash, schema, fields }
  })
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const some = rows.slice(start, start + rowsAtOnce)
    const { numAffectedRows, insertId } = await insertMakes(db, some)
    if (Number(numAffectedRows) === some.length) {
      // Numbers follow each other: to have each row's returned would take as long as a fifth of the insert.
      const first = Number(insertId) - some.length + 1
      for (const [index, { hash }] of some.entries()) ids.set(hash, first + index)
      continue
    }
    const known = await db
      .selectFrom('stream_make')
      .select(['id', 'hash'])
      .where(notByIndex('stream_make.account_id', accountId))
      .where('source_id', '=', sourceId)
      .where(
        'hash',
        'in',
        some.map(({ hash }) => hash),
      )
      .execute()
    for (const { id, hash } of known) ids.set(hash, id)
  }
  return ids
}

/** Deletes those of these, some hundreds, that no stream has, be it there, gone, staged or not published yet. */
export async function forgetMakes(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  ids: Iterable<number>,
): Promise<void> {
  const given = [...new Set(ids)]
  if (given.length === 0) return
  await db
    .deleteFrom('stream_make')
    .where(notByIndex('stream_make.account_id', accountId))
    .where(notByIndex('stream_make.source_id', sourceId))
    .where('id', 'in', given)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('stream')
            .select('stream.id')
            .where(notByIndex('stream.account_id', accountId))
            .whereRef('stream.make_id', '=', 'stream_make.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('found_stream')
            .select('found_stream.stream_id')
            .whereRef('found_stream.make_id', '=', 'stream_make.id'),
        ),
      ),
    )
    .execute()
}

/** Gives a source what the streams in a range of another's are made of. */
export async function copyMakes(
  db: Kysely<Tables>,
  accountId: number,
  fromSourceId: number,
  toSourceId: number,
  { after, upTo }: IdRange,
): Promise<void> {
  await db
    .insertInto('stream_make')
    .columns(['account_id', 'source_id', 'hash', 'schema', 'fields'])
    .expression((eb) =>
      eb
        .selectFrom('stream_make')
        .select('account_id')
        .select(({ cast, val }) => cast<number>(val(toSourceId), 'integer').as('source_id'))
        .select(['hash', 'schema', 'fields'])
        .where(notByIndex('stream_make.account_id', accountId))
        .where(notByIndex('stream_make.source_id', fromSourceId))
        .where('id', 'in', ({ selectFrom }) =>
          selectFrom('stream')
            .select('stream.make_id')
            .where('stream.account_id', '=', accountId)
            .where('stream.source_id', '=', fromSourceId)
            .where('stream.id', '>', after)
            .where('stream.id', '<=', upTo),
        ),
    )
    .onConflict((conflict) => conflict.columns(['source_id', 'hash']).doNothing())
    .execute()
}
